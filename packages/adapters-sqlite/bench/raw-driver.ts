import { openDatabase } from '../src/database/database.ts';
import { migrate } from '../src/database/migrations.ts';
import { setDurability } from '../src/database/set-durability.ts';
import { inTransaction } from '../src/database/transaction.ts';
import type { EventRow } from '../src/event-row.ts';

/** The driver itself at the same durable work: the same tables, indexes and settings, no thread, no port. */
export interface RawDriver {
  /** Prepared inserts in one transaction. */
  insert(rows: readonly EventRow[]): void;
  close(): void;
}

export function openRawDriver(path: string): RawDriver {
  const database = openDatabase(path, { readOnly: false, cacheBytes: 64 * 1024 ** 2 });
  setDurability(database);
  migrate(database);
  const insert = database.statement(
    'INSERT INTO events (id, event_type, epoch_nanoseconds, payload) VALUES (?, ?, ?, ?)',
  );
  return {
    insert: (rows) =>
      inTransaction(database, 'BEGIN IMMEDIATE', () => {
        for (const row of rows) insert.run(...row);
      }),
    close: () => database.close(),
  };
}
