import type { PageRequest } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { type EventRow, fromStoredRow, type StoredRow } from './event-row.ts';
import { scanEvents } from './scan-events.ts';
import { selectEvents } from './select-events.ts';

/** Returns a page of a filter that requires a scan. */
export async function scanPage(
  database: Database,
  request: PageRequest,
  signal: AbortSignal,
): Promise<readonly EventRow[]> {
  const found: EventRow[] = [];
  const add = (row: StoredRow): boolean => found.push(fromStoredRow(row)) >= request.limit;
  await scanEvents(database, { ...request, signal }, selectEvents, add);
  return found;
}
