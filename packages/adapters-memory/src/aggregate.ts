import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  aggregateTotals,
  beginTimeSlice,
  type CancelSignal,
  epochNanosecondsOf,
} from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';
import { scanEvents } from './contents/scan-events.ts';
import { findTotals } from './find-totals.ts';

/** Computes statistics of the events that were committed when the call began: the port's `aggregate`. */
export async function aggregate(
  contents: Contents,
  request: AggregateRequest,
  committed: number,
  signal?: CancelSignal,
): Promise<readonly AggregateCell[]> {
  const totals = findTotals(contents, request, committed);
  if (totals) return aggregateTotals(totals, request);
  const { indexes, filter } = contents.select(request.filter);
  return aggregateEvents(
    async (visit) => {
      const slice = beginTimeSlice({ signal });
      // One index after another: the order does not matter, and merging the indexes costs more.
      for (const index of indexes) {
        await scanEvents({ indexes: [index], filter, order: 'asc', committed }, slice, (event) => {
          visit(event, epochNanosecondsOf(event.timestamp));
          return false;
        });
      }
    },
    request,
    signal,
  );
}
