import type { Event, EventId } from '@event-tracker/core';
import {
  type AppendDecision,
  type AppendOutcome,
  decideAppendsInSlices,
  haveSameContent,
  toFrozenEvent,
} from '@event-tracker/core/store';
import { type Database, inTransaction, type Session } from './database/database.ts';
import { RETRYABLE_CODES, RETRYABLE_CONFLICT, retryConflicts } from './database/retry-conflicts.ts';
import { hasCode } from './database/store-error.ts';
import { getEvents } from './get.ts';
import { insertEvents, insertNewEvents } from './sql/insert-events.ts';
import type { Tables } from './sql/tables.ts';

type Known = ReadonlyMap<EventId, Event>;
type Decision = AppendDecision<Event>;

const UNIQUE_VIOLATION = '23505';
const NONE: Known = new Map();

/** Stores batches: the port's `append`. Where every id is new, which is the usual case, that is one round trip. */
export async function appendBatches(
  database: Database,
  tables: Tables,
  batches: readonly (readonly Event[])[],
): Promise<readonly AppendOutcome[]> {
  if (batches.every((batch) => batch.length === 0)) return batches.map(() => ({ results: [] }));
  const allNew = await decide(batches, NONE);
  // What is in conflict by itself may be so with what is stored, too: that has to be looked up.
  const canBeAllNew = allNew.outcomes.every((outcome) => 'results' in outcome);
  return database.run(async (session) => {
    if (canBeAllNew && (await insertAll(session, tables, allNew.fresh))) return allNew.outcomes;
    return retryConflicts(() => insertFresh(session, tables, batches));
  });
}

/** Stores all of the events, in a transaction of one statement, or nothing where an id is taken. */
async function insertAll(session: Session, tables: Tables, events: readonly Event[]): Promise<boolean> {
  try {
    await session.commit(insertEvents(tables, inOrderOfIds(events)));
    return true;
  } catch (error) {
    if (hasCode(error, UNIQUE_VIOLATION, ...RETRYABLE_CODES)) return false;
    throw error;
  }
}

/** Looks up what is stored of the ids, and stores what is new. */
async function insertFresh(
  session: Session,
  tables: Tables,
  batches: readonly (readonly Event[])[],
): Promise<readonly AppendOutcome[]> {
  const ids = new Set(batches.flatMap((batch) => batch.map(({ id }) => id)));
  const known = await findKnown(session, tables, [...ids]);
  const decision = await decide(batches, known);
  // Most often everything is stored, by a retry, or is in conflict.
  if (decision.fresh.length === 0) return decision.outcomes;
  return inTransaction(session, async () => {
    // Waits for transactions under way that bring one of the ids, and passes over it where they commit.
    const rows = await session.query<{ readonly id: EventId }>(insertNewEvents(tables, inOrderOfIds(decision.fresh)));
    const ids = new Set(rows.map(({ id }) => id));
    const inserted = new Set(decision.fresh.filter(({ id }) => ids.has(id)));
    if (inserted.size === decision.fresh.length) return decision.outcomes;
    const missed = decision.fresh.filter((event) => !inserted.has(event)).map(({ id }) => id);
    // READ COMMITTED: this statement sees what was committed before it began, also since the one before.
    const settled = await decide(batches, new Map([...known, ...(await findKnown(session, tables, missed))]));
    // What was inserted is what should be, unless one that came in between is in conflict, or is deleted again.
    if (!isExactly(settled, inserted)) throw RETRYABLE_CONFLICT;
    return settled.outcomes;
  });
}

function decide(batches: readonly (readonly Event[])[], known: Known): Promise<Decision> {
  return decideAppendsInSlices(batches, known, haveSameContent);
}

/** By the events themselves: another batch can have other content under the id of one in conflict. */
function isExactly({ fresh }: Decision, inserted: ReadonlySet<Event>): boolean {
  return fresh.length === inserted.size && fresh.every((event) => inserted.has(event));
}

async function findKnown(session: Session, tables: Tables, ids: readonly EventId[]): Promise<Known> {
  const events = await getEvents(session, tables, ids);
  // Frozen: several callers may get the same one.
  return new Map(events.map((event) => [event.id, toFrozenEvent(event)]));
}

/** Calls that race for the same ids then never wait for each other in a circle. */
function inOrderOfIds(events: readonly Event[]): readonly Event[] {
  return events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
