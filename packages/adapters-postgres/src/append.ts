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

/** Stores batches: the port's `append`. Needs one round trip if every id is new, which is the usual case. */
export async function appendBatches(
  database: Database,
  tables: Tables,
  batches: readonly (readonly Event[])[],
): Promise<readonly AppendOutcome[]> {
  if (batches.every((batch) => batch.length === 0)) return batches.map(() => ({ results: [] }));
  const allNew = await decide(batches, NONE);
  // Batches that conflict with each other can also conflict with stored events, which requires a lookup.
  const canBeAllNew = allNew.outcomes.every((outcome) => 'results' in outcome);
  return database.run(async (session) => {
    if (canBeAllNew && (await insertAll(session, tables, allNew.fresh))) return allNew.outcomes;
    return retryConflicts(() => insertFresh(session, tables, batches));
  });
}

/** Inserts all events with one statement. Returns false, and inserts nothing, if an id is already stored. */
async function insertAll(session: Session, tables: Tables, events: readonly Event[]): Promise<boolean> {
  try {
    await session.commit(insertEvents(tables, inOrderOfIds(events)));
    return true;
  } catch (error) {
    if (hasCode(error, UNIQUE_VIOLATION, ...RETRYABLE_CODES)) return false;
    throw error;
  }
}

/** Looks up the stored events, and inserts the new ones. */
async function insertFresh(
  session: Session,
  tables: Tables,
  batches: readonly (readonly Event[])[],
): Promise<readonly AppendOutcome[]> {
  const ids = new Set(batches.flatMap((batch) => batch.map(({ id }) => id)));
  const known = await findKnown(session, tables, [...ids]);
  const decision = await decide(batches, known);
  // The usual case here: a retry, whose events are all stored, or a conflict.
  if (decision.fresh.length === 0) return decision.outcomes;
  return inTransaction(session, async () => {
    // Waits for concurrent transactions that insert one of the ids, and skips the id if they commit.
    const rows = await session.query<{ readonly id: EventId }>(insertNewEvents(tables, inOrderOfIds(decision.fresh)));
    const ids = new Set(rows.map(({ id }) => id));
    const inserted = new Set(decision.fresh.filter(({ id }) => ids.has(id)));
    if (inserted.size === decision.fresh.length) return decision.outcomes;
    const missed = decision.fresh.filter((event) => !inserted.has(event)).map(({ id }) => id);
    // READ COMMITTED: this statement also sees what was committed since the previous one.
    const settled = await decide(batches, new Map([...known, ...(await findKnown(session, tables, missed))]));
    // The inserted events differ from the decision if a concurrent event conflicts, or was deleted again.
    if (!isExactly(settled, inserted)) throw RETRYABLE_CONFLICT;
    return settled.outcomes;
  });
}

function decide(batches: readonly (readonly Event[])[], known: Known): Promise<Decision> {
  return decideAppendsInSlices(batches, known, haveSameContent);
}

/** Compares object identities, not ids, because another batch can have different content under the id of a conflict. */
function isExactly({ fresh }: Decision, inserted: ReadonlySet<Event>): boolean {
  return fresh.length === inserted.size && fresh.every((event) => inserted.has(event));
}

async function findKnown(session: Session, tables: Tables, ids: readonly EventId[]): Promise<Known> {
  const events = await getEvents(session, tables, ids);
  // Frozen because several callers can receive the same object.
  return new Map(events.map((event) => [event.id, toFrozenEvent(event)]));
}

/** Sorts events by id. Concurrent inserts of the same ids in one order cannot deadlock. */
function inOrderOfIds(events: readonly Event[]): readonly Event[] {
  return events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
