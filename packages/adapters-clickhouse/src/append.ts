import type { Event } from '@event-tracker/core';
import { type AppendOutcome, decideAppendsInSlices, haveSameContent } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { getEvents } from './get.ts';
import { insertionsOf } from './sql/insert-events.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Stores batches: the port's `append`. Must not run concurrently with another append or deletion of this server, so that an
 * id that is not stored stays so until the insert.
 */
export async function appendBatches(
  database: Database,
  tables: Tables,
  batches: readonly (readonly Event[])[],
  deadline: Deadline,
): Promise<readonly AppendOutcome[]> {
  const ids = batches.flatMap((batch) => batch.map(({ id }) => id));
  if (ids.length === 0) return batches.map(() => ({ results: [] }));
  const known = await getEvents(database, tables, ids, deadline);
  const { outcomes, fresh } = await decideAppendsInSlices(batches, known, haveSameContent);
  if (fresh.length > 0) {
    const insertions = insertionsOf(tables, fresh);
    // The ids first, so that a stored event is always found by its id.
    await database.insert(insertions.ids, deadline);
    await database.insert(insertions.events, deadline);
  }
  return outcomes;
}
