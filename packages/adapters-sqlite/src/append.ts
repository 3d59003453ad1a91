import { type EventId, haveSameContent } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';
import { selectById } from './sql/select-by-id.ts';

/** What became of a batch: either all of it is stored but for some duplicates, or nothing because of some conflicts. */
export type StoreOutcome =
  /** Each duplicate by its place in the batch, as it stands in the store. */
  { readonly duplicates: ReadonlyMap<number, EventRow> } | { readonly conflicts: readonly EventId[] };

/** Stores rows in one transaction, which is on the disk when this returns. */
export function storeRows(database: Database, rows: readonly EventRow[]): StoreOutcome {
  const duplicates = new Map<number, EventRow>();
  const conflicts = new Set<EventId>();
  try {
    inTransaction(database, 'BEGIN IMMEDIATE', () => {
      const insert = database.statement(INSERT);
      for (const [index, row] of rows.entries()) {
        if (insert.run(...row).changes !== 0n) continue;
        const known = selectById(database, row[0]);
        if (known && isSame(known, row)) duplicates.set(index, known);
        else conflicts.add(row[0]);
      }
      if (conflicts.size > 0) throw CONFLICT;
    });
  } catch (error) {
    if (error !== CONFLICT) throw error;
    return { conflicts: [...conflicts] };
  }
  return { duplicates };
}

const INSERT = `
  INSERT INTO events (id, event_type, epoch_nanoseconds, payload) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;

/** Rolls the transaction back. */
const CONFLICT = new Error('conflict');

function isSame(a: EventRow, b: EventRow): boolean {
  // The same text, as of an event that is sent again, says the same; only another order of members has to be looked into.
  return (a[1] === b[1] && a[2] === b[2] && a[3] === b[3]) || haveSameContent(toEvent(a), toEvent(b));
}
