import type { ArrivalRequest, Sequence } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { EVENT_COLUMNS, type EventRow, fromStoredRow, type StoredRow } from './sql/event-row.ts';

/** Rows in arrival order, and the greatest sequence assigned before they were read. */
export interface FoundArrivals {
  readonly rows: readonly (readonly [sequence: Sequence, ...row: EventRow])[];
  readonly last: Sequence;
}

/** Returns the next rows in arrival order. */
export function findArrivals(database: Database, { after, limit }: ArrivalRequest): FoundArrivals {
  return inTransaction(database, 'BEGIN', () => {
    const last = findHead(database);
    // Do not bind a greater number: it can exceed SQLite's integers.
    if (after >= last) return { rows: [], last };
    const rows = database.statement(SELECT_AFTER).all(after, limit) as unknown as readonly ArrivedRow[];
    return { rows: rows.map(([sequence, ...row]) => [sequence, ...fromStoredRow(row)]), last };
  });
}

/** Returns the greatest sequence assigned so far, even if its event was deleted. */
export function findHead(database: Database): Sequence {
  const [last] = (database.statement(SELECT_LAST).get() ?? [0n]) as unknown as [Sequence];
  return last;
}

type ArrivedRow = readonly [sequence: Sequence, ...row: StoredRow];

const SELECT_AFTER = `
  SELECT sequence, ${EVENT_COLUMNS} FROM events
  WHERE sequence > ? ORDER BY sequence LIMIT ?`;
/** Maintained by AUTOINCREMENT. The row does not exist until the first event is stored. */
const SELECT_LAST = `SELECT seq FROM sqlite_sequence WHERE name = 'events'`;
