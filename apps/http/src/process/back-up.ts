/*
 * Backs up the SQLite file of EVENT_STORE, also while the server runs, and verifies the backup:
 *
 *   npm run backup -- FILE
 *
 * Verifies a backup, or any other file of a store:
 *
 *   npm run backup -- --verify FILE
 */
import { parseArgs } from 'node:util';
import { backUpSqliteFile, verifySqliteFile } from '@event-tracker/adapters-sqlite';
import { parseConfig } from '../settings/config.ts';
import { storeKindOf } from '../stores/store-kinds.ts';

const USAGE = 'usage: npm run backup -- [--verify] FILE';

function run(): void {
  const { values, positionals } = parseArgs({ options: { verify: { type: 'boolean' } }, allowPositionals: true });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error(USAGE);
  const { events, unchecked, problems } = values.verify ? verifySqliteFile(file) : backUpSqliteFile(sourceFile(), file);
  if (problems.length > 0) throw new Error([`${file} is damaged:`, ...problems].join('\n'));
  const note = unchecked > 0 ? `, of which ${unchecked} were stored without a checksum` : '';
  process.stdout.write(`${file}: ${events} events, verified${note}\n`);
}

function sourceFile(): string {
  const { eventStore } = parseConfig(process.env);
  const file = storeKindOf(eventStore)?.file?.(eventStore);
  if (file === undefined)
    throw new Error('EVENT_STORE: expected a SQLite file; see docs/operate/backup.md for other stores');
  return file;
}

// A bundle can put code that the server imports into this file. Node before 24.2 has no `import.meta.main`.
if (import.meta.main !== false) {
  try {
    run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
