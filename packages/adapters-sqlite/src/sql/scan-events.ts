import { createStoreTimeoutError, type EventPosition, type PageRequest } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { type Bound, bind } from './bind.ts';
import { rangeOf } from './event-range.ts';
import { defineEventTest } from './event-test.ts';
import { findTypes } from './find-types.ts';
import { type Selection, selectPlaceAhead } from './select-events.ts';
import { createStride } from './stride.ts';

/** Which events to go through, and how. */
export interface ScanRequest extends Omit<PageRequest, 'limit'> {
  /** Greatest number of events that are of use; absent, all are. */
  readonly limit?: number;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Goes through all events that match a filter until a visit answers that this was enough. Between two strides through
 * the index it lets other work of this thread in; the connection has to be in a transaction, or its strides would see
 * different events.
 *
 * @param selectRows what to read of each event, and in which order within a stride
 * @throws StoreTimeoutError
 */
export async function scanEvents<Row>(
  database: Database,
  request: ScanRequest,
  selectRows: (selection: Selection) => string,
  visit: (row: Row) => boolean,
): Promise<void> {
  const { filter, order } = request;
  const types = findTypes(database, filter);
  if (types?.length === 0) return;
  const test = defineEventTest(database, filter, types === undefined);
  const selection: Selection = { order, types: types?.length };
  const selectAhead = selectPlaceAhead(selection);
  const select = selectRows({ ...selection, test: test?.sql });
  const stride = createStride();
  const range = rangeOf(request);

  for (let after: EventPosition | undefined = range.after; after; ) {
    if (request.signal.aborted) throw createStoreTimeoutError('reading was given up: it took too long');
    // A place ahead is found in the index alone, and quickly. What lies before it is looked at, however little is found.
    const ahead = placeAhead(database, selectAhead, { ...bind({ ...range, after }, types), steps: stride.length });
    const bound = bind({ after, until: ahead ?? range.until }, types);
    // All rows of a stride at once: that takes half the time of one by one.
    const rows = database.statement(select).all({ ...bound, ...test?.values, limit: request.limit ?? -1 });
    for (const row of rows as unknown as readonly Row[]) if (visit(row)) return;
    after = ahead;
    await stride.next();
  }
}

function placeAhead(database: Database, sql: string, bound: Bound): EventPosition | undefined {
  const [epochNanoseconds, id] = (database.statement(sql).get(bound) ?? []) as unknown as [bigint?, string?];
  return epochNanoseconds === undefined || id === undefined ? undefined : { epochNanoseconds, id };
}
