import {
  type Arrival,
  type ArrivalRequest,
  BEFORE_ALL,
  type CancelSignal,
  checkSequence,
  type Sequence,
} from '@event-tracker/core/store';
import type { Database, Session } from './database/database.ts';
import { type HorizonRow, selectHorizon } from './sql/arrival-order.ts';
import { EVENT_COLUMNS, type EventRow, toEvent } from './sql/event-row.ts';
import type { Tables } from './sql/tables.ts';

/** Returns the next events in arrival order: the port's `readAfter`. */
export function readAfter(
  database: Database,
  tables: Tables,
  { after, limit }: ArrivalRequest,
  signal: CancelSignal | undefined,
): Promise<readonly Arrival[]> {
  return database.run(async (session) => {
    const { horizon, lastGiven } = await findHorizon(session, tables);
    checkSequence(after, lastGiven);
    // The horizon can be less than an earlier one, because a transaction announces a number that it read shortly before.
    if (horizon <= after) return [];
    const rows = await session.query<EventRow & { readonly sequence: string }>({
      text: `
        SELECT sequence, ${EVENT_COLUMNS} FROM ${tables.events}
        WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3`,
      values: [String(after), String(horizon), limit],
    });
    return rows.map((row) => ({ sequence: BigInt(row.sequence), event: toEvent(row) }));
  }, signal);
}

/**
 * Returns the end of the arrival order: the port's `head`. It is the sequence of a stored event, because PostgreSQL can
 * assign the numbers of failed transactions again after a crash.
 */
export function findHead(database: Database, tables: Tables): Promise<Sequence> {
  return database.run(async (session) => {
    const { horizon } = await findHorizon(session, tables);
    const [row] = await session.query<{ readonly head: string | null }>({
      text: `SELECT max(sequence) AS head FROM ${tables.events} WHERE sequence <= $1`,
      values: [String(horizon)],
    });
    return BigInt(row?.head ?? BEFORE_ALL);
  });
}

async function findHorizon(session: Session, tables: Tables) {
  const [row] = await session.query<HorizonRow>(selectHorizon(tables));
  return { horizon: BigInt(row?.horizon ?? 0), lastGiven: BigInt(row?.last_given ?? 0) };
}
