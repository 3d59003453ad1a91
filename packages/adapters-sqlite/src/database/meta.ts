import type { Database } from './database.ts';
import { hasTable } from './has-table.ts';

/** Returns a value of the table `meta`; `undefined` if the name or the table does not exist. */
export function readMeta(database: Database, name: string): string | undefined {
  if (!hasTable(database, 'meta')) return undefined; // the file is new, or of schema version 1
  const [value] = (database.statement(SELECT).get(name) ?? []) as unknown as [string?];
  return value;
}

export function writeMeta(database: Database, name: string, value: string): void {
  database.statement(UPSERT).run(name, value);
}

const SELECT = 'SELECT value FROM meta WHERE name = ?';
const UPSERT = 'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
