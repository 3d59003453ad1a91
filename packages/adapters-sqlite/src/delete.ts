import type { EventId } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';

/**
 * Removes rows by their ids in one transaction, which is on the disk when this returns.
 *
 * @returns how many there were
 */
export function removeRows(database: Database, ids: readonly EventId[]): number {
  return inTransaction(database, 'BEGIN IMMEDIATE', () => {
    const remove = database.statement(DELETE);
    let removed = 0;
    for (const id of ids) removed += Number(remove.run(id).changes);
    return removed;
  });
}

const DELETE = 'DELETE FROM events WHERE id = ?';
