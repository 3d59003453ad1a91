import type { EpochNanoseconds, EventFilter, EventOrder, Sequence } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { rangeOf } from './event-range.ts';
import { isAnyType } from './find-types.ts';
import { positionAhead } from './position-ahead.ts';
import { defineResidualFilter } from './residual-filter.ts';
import { SELECT_SEQUENCES, selectFromTable } from './select-events.ts';
import { createStride } from './stride.ts';

/** True if a filter excludes no event by its type or its time. */
export function coversAllEvents(database: Database, filter: EventFilter): boolean {
  const { start, end } = filter;
  const findEnd = (order: EventOrder): EpochNanoseconds | undefined =>
    positionAhead(database, { order, types: undefined }, rangeOf({ filter: {}, order }), undefined, 0)
      ?.epochNanoseconds;
  const startsBefore = (first = start): boolean => start === undefined || first === undefined || start <= first;
  const endsAfter = (last = end): boolean => end === undefined || last === undefined || end >= last;
  return isAnyType(filter) && startsBefore(findEnd('asc')) && endsAfter(findEnd('desc'));
}

/**
 * Visits the events that match a filter that covers all events, in order of arrival: the order of the table, which costs half
 * of reading it by an index. Yields to other work of the thread. The connection must be in a transaction.
 *
 * @throws the reason of the signal
 */
export async function scanTable<Row>(
  database: Database,
  { filter, columns, signal }: { readonly filter: EventFilter; readonly columns: string; readonly signal: AbortSignal },
  visit: (row: Row) => void,
): Promise<void> {
  const residual = defineResidualFilter(database, filter, false);
  const select = database.statement(selectFromTable(columns, residual?.sql));
  const [first, last] = database.statement(SELECT_SEQUENCES).get() as unknown as readonly [Sequence | null, Sequence];
  if (first === null) return;
  const stride = createStride();
  for (let after = first - 1n; after < last; ) {
    signal.throwIfAborted();
    const until = after + BigInt(stride.length);
    const rows = select.all({ after, until, ...residual?.values }) as unknown as readonly Row[];
    for (const row of rows) visit(row);
    after = until;
    await stride.next();
  }
}
