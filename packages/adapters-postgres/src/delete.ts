import type { EventId } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import { retryConflicts } from './database/retry-conflicts.ts';
import type { Statement } from './sql/statement.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Deletes events by id: the port's `delete`.
 *
 * @returns the number of events deleted
 */
export function deleteEvents(database: Database, tables: Tables, ids: readonly EventId[]): Promise<number> {
  return database.run((session) =>
    retryConflicts(async () => {
      const deleted = await session.commit(deletion(tables, ids));
      return deleted.length;
    }),
  );
}

/** Locks the rows in the order of ids, so that concurrent deletions of the same events cannot deadlock. */
function deletion({ events }: Tables, ids: readonly EventId[]): Statement {
  const locked = `SELECT id FROM ${events} WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`;
  return { text: `DELETE FROM ${events} WHERE id IN (${locked}) RETURNING id`, values: [ids] };
}
