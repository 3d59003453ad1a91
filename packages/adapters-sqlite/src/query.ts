import { needsPayload, type PageRequest } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { bind } from './sql/bind.ts';
import { rangeOf } from './sql/event-range.ts';
import { type EventRow, fromStoredRow, type StoredRow } from './sql/event-row.ts';
import { findTypes, isAnyType } from './sql/find-types.ts';
import { selectEvents } from './sql/select-events.ts';

/** Returns a page by index lookups alone: the port's `query`. Returns `undefined` if the filter requires a scan. */
export function findPage(database: Database, request: PageRequest): readonly EventRow[] | undefined {
  const { filter, order, limit } = request;
  if (needsPayload(filter)) return undefined;
  // One snapshot for both statements, so that no part of a concurrent batch is visible.
  return inTransaction(database, 'BEGIN', () => {
    const types = findTypes(database, filter);
    if (types === undefined && !isAnyType(filter)) return undefined;
    if (types?.length === 0) return [];
    const select = database.statement(selectEvents({ order, types: types?.length }));
    const rows = select.all({ ...bind(rangeOf(request), types), limit }) as unknown as readonly StoredRow[];
    return rows.map(fromStoredRow);
  });
}
