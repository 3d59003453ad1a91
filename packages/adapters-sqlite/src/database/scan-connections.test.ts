import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { openDatabase } from './database.ts';
import { createScanConnections } from './scan-connections.ts';

const folder = useTemporaryFolder();

test('rejects with the error of the work and stays usable after SQLite has rolled back the transaction', async () => {
  const path = join(folder, 'events.sqlite');
  const connections = createScanConnections(() => openDatabase(path, { readOnly: false, cacheBytes: 1_000_000 }));
  const failed = connections.use(async (database) => {
    database.exec('ROLLBACK'); // as SQLite does after an I/O error
    throw new Error('disk I/O error');
  });
  await expect(failed).rejects.toThrow('disk I/O error');
  expect(await connections.use(async (database) => database.statement('SELECT 1').get())).toEqual([1n]);
  connections.close();
});
