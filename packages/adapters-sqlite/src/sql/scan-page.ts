import type { PageRequest } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import type { EventRow } from './event-row.ts';
import { scanEvents } from './scan-events.ts';
import { selectEvents } from './select-events.ts';

/** Returns a page of a filter that requires a scan. */
export async function scanPage(
  database: Database,
  request: PageRequest,
  signal: AbortSignal,
): Promise<readonly EventRow[]> {
  const found: EventRow[] = [];
  await scanEvents<EventRow>(database, { ...request, signal }, selectEvents, (row) => found.push(row) >= request.limit);
  return found;
}
