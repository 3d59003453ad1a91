import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { useTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { checkEnds } from './check-integrity.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate } from './migrations.ts';

const folder = useTemporaryFolder();
let files = 0;

/** Returns a database that contains a number of events. */
function createDatabase(events: number, damage = ''): Database {
  const path = join(folder, `${++files}.sqlite`);
  const database = openDatabase(path, { readOnly: false, cacheBytes: 1_024 });
  migrate(database);
  const insert = database.statement(
    `INSERT INTO events (id, event_type, epoch_nanoseconds, payload) VALUES (CAST(? AS BLOB), ?, ?, ?)`,
  );
  database.exec('BEGIN');
  for (let n = 0; n < events; n++) insert.run(`id ${n}`, 'login', n, '{}');
  database.exec('COMMIT');
  database.close();

  const vandal = new DatabaseSync(path, { defensive: false });
  vandal.exec(`PRAGMA writable_schema = ON; ${damage}`);
  vandal.close();
  return openDatabase(path, { readOnly: true, cacheBytes: 1_024 });
}

test.each([0, 1, 1_000])('finds no problem in an intact file with %i events', (events) => {
  expect(checkEnds(createDatabase(events))).toBeUndefined();
});

test('detects an index without entries', () => {
  const database = createDatabase(
    10,
    `CREATE TABLE other (a, b);
     CREATE INDEX empty ON other (a, b);
     UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'empty')
     WHERE name = 'events_by_time'`,
  );
  expect(checkEnds(database)).toBe('an index does not match its table');
});

test('detects a missing index', () => {
  const database = createDatabase(10, 'DROP INDEX events_by_type_and_time');
  expect(() => checkEnds(database)).toThrow('no such index');
});
