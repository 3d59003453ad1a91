import type { EventId } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import { retryConflicts } from './database/retry-conflicts.ts';
import type { Statement } from './sql/statement.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Removes the events of some ids: the port's `delete`.
 *
 * @returns how many there were
 */
export function deleteEvents(database: Database, tables: Tables, ids: readonly EventId[]): Promise<number> {
  return database.run((session) =>
    retryConflicts(async () => {
      const removed = await session.commit(deletion(tables, ids));
      return removed.length;
    }),
  );
}

/** Locks the rows in the order of ids, so that removals which race for the same ones never wait for each other in a circle. */
function deletion({ events }: Tables, ids: readonly EventId[]): Statement {
  const locked = `SELECT id FROM ${events} WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`;
  return { text: `DELETE FROM ${events} WHERE id IN (${locked}) RETURNING id`, values: [ids] };
}
