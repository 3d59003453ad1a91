import { type Arrival, type ArrivalRequest, checkSequence, type Sequence } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import {
  arrivalPositionOf,
  endOf,
  SELECT_NOW,
  selectArrivals,
  selectFirstCopies,
  sequenceOf,
} from './sql/arrival-order.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';
import type { Tables } from './sql/tables.ts';

const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * Returns the next events in arrival order: the port's `readAfter`. Omits inserts of the last `delayMs`, because inserts do
 * not become visible in the order in which they began.
 */
export async function readAfter(
  database: Database,
  tables: Tables,
  { after, limit }: ArrivalRequest,
  delayMs: number,
  deadline: Deadline,
): Promise<readonly Arrival[]> {
  const now = await findNow(database, deadline);
  checkSequence(after, endOf(now));
  const until = now - BigInt(delayMs) * NANOSECONDS_PER_MS;
  const found: Arrival[] = [];
  for (let reached = after; arrivalPositionOf(reached).insertedAt <= until; ) {
    const asked = limit - found.length;
    const rows = await database.select<EventRow>(selectArrivals(tables, reached, until, asked), deadline);
    found.push(...(await withoutCopies(database, tables, rows, deadline)));
    const last = rows.at(-1);
    // Copies make the page too short.
    if (!last || rows.length < asked || found.length === limit) return found;
    reached = sequenceOf(last);
  }
  return found;
}

/** Returns the end of the arrival order: the port's `head`. */
export async function findHead(database: Database, delayMs: number, deadline: Deadline): Promise<Sequence> {
  return endOf((await findNow(database, deadline)) - BigInt(delayMs) * NANOSECONDS_PER_MS);
}

/** Returns the first row of each event: an event with copies arrived with its first copy. */
async function withoutCopies(
  database: Database,
  tables: Tables,
  rows: readonly EventRow[],
  deadline: Deadline,
): Promise<readonly Arrival[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id_text }) => id_text);
  const firstCopies = await database.select<StandingRow>(selectFirstCopies(tables, ids), deadline);
  const standing = new Map(firstCopies.map((row) => [keyOf(row), row.standing]));
  const arrivals = new Map<Sequence, Arrival>();
  for (const row of rows) {
    if (standing.get(keyOf(row)) !== row.precedence) continue;
    const sequence = sequenceOf(row);
    arrivals.set(sequence, { sequence, event: toEvent(row) });
  }
  return [...arrivals.values()];
}

interface StandingRow extends Pick<EventRow, 'id_text' | 'epoch_nanoseconds'> {
  readonly standing: string;
}

function keyOf({ id_text, epoch_nanoseconds }: Pick<EventRow, 'id_text' | 'epoch_nanoseconds'>): string {
  return `${epoch_nanoseconds} ${id_text}`;
}

async function findNow(database: Database, deadline: Deadline): Promise<bigint> {
  const [row] = await database.select<{ readonly now: string }>(SELECT_NOW, deadline);
  return BigInt(row?.now ?? 0);
}
