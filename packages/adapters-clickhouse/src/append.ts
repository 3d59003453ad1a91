import { type Event, type EventId, toFrozenEvent } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { decideAppends, type Outcome } from './decide-appends.ts';
import { type EventRow, precedes, toEvent } from './sql/event-row.ts';
import { insertionsOf } from './sql/insert-events.ts';
import { selectEvents } from './sql/select-events.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Stores the events of some calls as if they came one after the other: of each all events or, where it is refused, none.
 * Nobody else of this server may be about to: what is found not to be there must not come in between.
 *
 * @returns what became of each call, in the order given
 */
export async function appendEvents(
  database: Database,
  tables: Tables,
  calls: readonly (readonly Event[])[],
  deadline: Deadline,
): Promise<readonly Outcome[]> {
  const ids = calls.flatMap((events) => events.map(({ id }) => id));
  const known = await findKnown(database, tables, ids, deadline);
  const { outcomes, fresh } = decideAppends(calls, known);
  if (fresh.length > 0) {
    const insertions = insertionsOf(tables, fresh);
    // First where to look for them: an event that is stored is always found by its id.
    await database.insert(insertions.ids, deadline);
    await database.insert(insertions.events, deadline);
  }
  return outcomes;
}

/** The events that are stored of some ids; of copies, that which was stored first. */
export async function findKnown(
  database: Database,
  tables: Tables,
  ids: readonly EventId[],
  deadline: Deadline,
): Promise<ReadonlyMap<EventId, Event>> {
  const standing = new Map<EventId, EventRow>();
  for (const row of await database.select<EventRow>(selectEvents(tables, ids), deadline)) {
    const other = standing.get(row.id_text);
    if (!other || precedes(row, other)) standing.set(row.id_text, row);
  }
  // Frozen: several calls of one group may be told of the same one.
  return new Map([...standing].map(([id, row]) => [id, toFrozenEvent(toEvent(row))]));
}
