import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { openDatabase } from './database.ts';
import { createScanConnections } from './scan-connections.ts';

const folder = useTemporaryFolder();

test('where SQLite itself has ended the transaction, the error is that of the work, and the connection goes on', async () => {
  const path = join(folder, 'events.sqlite');
  const connections = createScanConnections(() => openDatabase(path, { readOnly: false, cacheBytes: 1_000_000 }));
  const failed = connections.use(async (database) => {
    database.exec('ROLLBACK'); // as after an error of the disk
    throw new Error('disk I/O error');
  });
  await expect(failed).rejects.toThrow('disk I/O error');
  expect(await connections.use(async (database) => database.statement('SELECT 1').get())).toEqual([1n]);
  connections.close();
});
