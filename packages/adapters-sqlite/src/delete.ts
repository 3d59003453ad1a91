import type { EventId } from '@event-tracker/core';
import { countDeletion } from './database/commit-record.ts';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';

/**
 * Deletes events by id in one transaction, which is synced to disk before the function returns: the port's `delete`.
 *
 * @returns the number of events deleted
 */
export function deleteEvents(database: Database, ids: readonly EventId[]): number {
  return inTransaction(database, 'BEGIN IMMEDIATE', () => {
    const deletion = database.statement(DELETE);
    let deleted = 0;
    for (const id of ids) deleted += Number(deletion.run(id).changes);
    if (deleted > 0) countDeletion(database);
    return deleted;
  });
}

const DELETE = 'DELETE FROM events WHERE id = ?';
