import type { Sequence } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { readMeta, writeMeta } from '../database/meta.ts';
import { inTransaction } from '../database/transaction.ts';
import { addToTotals } from './change-totals.ts';

/*
 * The totals include exactly the events with a greater sequence than `totals_after` in `meta`. A file of an older version has
 * no totals: its migration sets `totals_after` to the last sequence, and steps of `fillTotals` lower it to 0. A file can
 * therefore be closed between two steps, and events can be added and deleted meanwhile.
 */
const TOTALS_AFTER = 'totals_after';

/** Returns the sequence after which the totals include all events. */
export function totalsAfter(database: Database): Sequence {
  const value = readMeta(database, TOTALS_AFTER);
  if (value === undefined) throw new Error(`the file has lost ${TOTALS_AFTER} in meta`);
  return BigInt(value);
}

/** True if the totals include all events. */
export function areTotalsComplete(database: Database): boolean {
  return totalsAfter(database) === 0n;
}

/**
 * Adds the last events that the totals do not include, in a transaction.
 *
 * @param limit the number of events to add, at most
 * @returns true if the totals include all events
 */
export function fillTotals(database: Database, limit: number): boolean {
  return inTransaction(database, 'BEGIN IMMEDIATE', () => {
    const after = totalsAfter(database);
    if (after === 0n) return true;
    const rows = database.statement(SELECT_UP_TO).all(after, limit) as unknown as readonly Row[];
    addToTotals(
      database,
      rows.map(([, type, instant]) => [type, instant]),
    );
    const [first] = rows.length < limit ? [] : (rows.at(-1) ?? []);
    const next = first === undefined ? 0n : first - 1n;
    writeMeta(database, TOTALS_AFTER, String(next));
    return next === 0n;
  });
}

type Row = readonly [sequence: Sequence, event_type: string, epochNanoseconds: bigint];

const SELECT_UP_TO = `
  SELECT sequence, event_type, epoch_nanoseconds FROM events
  WHERE sequence <= ? ORDER BY sequence DESC LIMIT ?`;
