import type { Event } from '@event-tracker/core';
import { type AppendOutcome, decideAppendsInSlices, haveSameContent } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { getEvents } from './get.ts';
import { insertionsOf } from './sql/insert-events.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Stores batches: the port's `append`. No other append or deletion of this server may run meanwhile: an id that is found
 * to be free must stay free.
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
    // First where to look for them: an event that is stored is always found by its id.
    await database.insert(insertions.ids, deadline);
    await database.insert(insertions.events, deadline);
  }
  return outcomes;
}
