import type { EventPosition, PageRequest } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { bind } from './bind.ts';
import { rangeOf } from './event-range.ts';
import { findTypes } from './find-types.ts';
import { positionAhead } from './position-ahead.ts';
import { defineResidualFilter } from './residual-filter.ts';
import type { Selection } from './select-events.ts';
import { createStride } from './stride.ts';

/** The events to scan. */
export interface ScanRequest extends Omit<PageRequest, 'limit'> {
  /** Maximum number of matching events to read. Default: no maximum. */
  readonly limit?: number;
  /** Aborts the scan. */
  readonly signal: AbortSignal;
}

/**
 * Visits the events that match a filter until `visit` returns true. Yields to other work of the thread after each stride
 * of the index. The connection must be in a transaction, so that all strides read the same snapshot.
 *
 * @param selectRows returns the statement that reads the rows of a stride
 * @throws the reason of the signal
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
  const residual = defineResidualFilter(database, filter, types === undefined);
  const selection: Selection = { order, types: types?.length };
  const select = selectRows({ ...selection, condition: residual?.sql });
  const stride = createStride();
  const range = rangeOf(request);

  for (let after: EventPosition | undefined = range.after; after; ) {
    request.signal.throwIfAborted();
    // Finding the end of a stride reads only the index, so the number of rows per stride is bounded even if few match.
    const ahead = positionAhead(database, selection, { ...range, after }, types, stride.length);
    const bound = bind({ after, until: ahead ?? range.until }, types);
    // Reading all rows of a stride with one call needs half the time of iterating over them.
    const rows = database.statement(select).all({ ...bound, ...residual?.values, limit: request.limit ?? -1 });
    for (const row of rows as unknown as readonly Row[]) if (visit(row)) return;
    after = ahead;
    await stride.next();
  }
}
