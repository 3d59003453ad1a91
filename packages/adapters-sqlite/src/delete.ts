import type { EventId } from '@event-tracker/core';
import type { EpochNanoseconds, Sequence } from '@event-tracker/core/store';
import { countDeletion } from './database/commit-record.ts';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { idBytes } from './sql/event-ids.ts';
import { subtractFromTotals } from './totals/change-totals.ts';
import { totalsAfter } from './totals/fill-totals.ts';

/**
 * Deletes events by id in one transaction, which is synced to disk before the function returns: the port's `delete`.
 *
 * @returns the number of events deleted
 */
export function deleteEvents(database: Database, ids: readonly EventId[]): number {
  return inTransaction(database, 'BEGIN IMMEDIATE', () => {
    const deletion = database.statement(DELETE);
    const deleted: DeletedRow[] = [];
    for (const id of ids) {
      const row = deletion.get(id) as unknown as DeletedRow | undefined;
      if (row) deleted.push(row);
    }
    if (deleted.length === 0) return 0;
    const after = totalsAfter(database);
    subtractFromTotals(
      database,
      deleted.flatMap(([sequence, type, instant]) => (sequence > after ? [[type, instant] as const] : [])),
    );
    countDeletion(database);
    return deleted.length;
  });
}

type DeletedRow = readonly [sequence: Sequence, event_type: string, epochNanoseconds: EpochNanoseconds];

const DELETE = `DELETE FROM events WHERE id = ${idBytes('?')} RETURNING sequence, event_type, epoch_nanoseconds`;
