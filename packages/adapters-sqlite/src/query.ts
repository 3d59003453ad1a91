import { needsPayload, type PageRequest } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { bind } from './sql/bind.ts';
import { rangeOf } from './sql/event-range.ts';
import type { EventRow } from './sql/event-row.ts';
import { findTypes, isAnyType } from './sql/find-types.ts';
import { selectEvents } from './sql/select-events.ts';

/** Finds a page through the indexes alone; undefined where that cannot be, and events have to be asked one by one. */
export function findPage(database: Database, request: PageRequest): readonly EventRow[] | undefined {
  const { filter, order, limit } = request;
  if (needsPayload(filter)) return undefined;
  // In one transaction, for a batch that comes meanwhile must not be seen with one of its types only.
  return inTransaction(database, 'BEGIN', () => {
    const types = findTypes(database, filter);
    if (types === undefined && !isAnyType(filter)) return undefined;
    if (types?.length === 0) return [];
    const select = database.statement(selectEvents({ order, types: types?.length }));
    return select.all({ ...bind(rangeOf(request), types), limit }) as unknown as EventRow[];
  });
}
