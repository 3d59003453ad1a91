import type { ArrivalRequest, Sequence } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import type { EventRow } from './sql/event-row.ts';

/** Rows in the order of arrival, and the greatest sequence that was given before they were read. */
export interface FoundArrivals {
  readonly rows: readonly (readonly [sequence: Sequence, ...row: EventRow])[];
  readonly last: Sequence;
}

/** Finds the next rows in the order of arrival. */
export function findArrivals(database: Database, { after, limit }: ArrivalRequest): FoundArrivals {
  return inTransaction(database, 'BEGIN', () => {
    const last = findHead(database);
    // A greater number may be one that SQLite cannot hold.
    if (after >= last) return { rows: [], last };
    return { rows: database.statement(SELECT_AFTER).all(after, limit) as unknown as FoundArrivals['rows'], last };
  });
}

/** The greatest sequence that was given to an event, whether that is still stored or not. */
export function findHead(database: Database): Sequence {
  const [last] = (database.statement(SELECT_LAST).get() ?? [0n]) as unknown as [Sequence];
  return last;
}

const SELECT_AFTER = `
  SELECT sequence, id, event_type, epoch_nanoseconds, payload FROM events
  WHERE sequence > ? ORDER BY sequence LIMIT ?`;
/** Kept by AUTOINCREMENT; without a row until the first event is stored. */
const SELECT_LAST = `SELECT seq FROM sqlite_sequence WHERE name = 'events'`;
