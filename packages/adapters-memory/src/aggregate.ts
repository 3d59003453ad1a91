import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  beginTimeSlice,
  epochNanosecondsOf,
} from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';
import { scanEvents } from './contents/scan-events.ts';

/** Works out numbers about the events stored up to a sequence. */
export function aggregate(
  contents: Contents,
  request: AggregateRequest,
  committed: number,
): Promise<readonly AggregateCell[]> {
  const { indexes, filter } = contents.select(request.filter);
  return aggregateEvents(async (visit) => {
    const slice = beginTimeSlice();
    // One index after the other: no order is asked for, and merging them would take longer.
    for (const index of indexes) {
      await scanEvents({ indexes: [index], filter, order: 'asc', committed }, slice, (event) => {
        visit(event, epochNanosecondsOf(event.timestamp));
        return false;
      });
    }
  }, request);
}
