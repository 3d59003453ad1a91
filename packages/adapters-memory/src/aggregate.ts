import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  aggregateTotals,
  beginTimeSlice,
  bucketEdges,
  type CancelSignal,
  type EpochNanoseconds,
  type EventFilter,
  epochNanosecondsOf,
} from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';
import { scanEvents } from './contents/scan-events.ts';
import { findTotals } from './find-totals.ts';

/** With more buckets, converting the timestamp of each event costs less than scanning each bucket. */
const MAX_SCANNED_BUCKETS = 1_000;

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
  const parts = partsOf({ ...request, filter });
  return aggregateEvents(
    async (visit) => {
      const slice = beginTimeSlice({ signal });
      // One index after another: the order does not matter, and merging the indexes costs more.
      for (const index of indexes) {
        for (const part of parts) {
          const selection = { indexes: [index], filter: part.filter, order: 'asc', committed } as const;
          await scanEvents(selection, slice, (event) => {
            visit(event, part.instant ?? epochNanosecondsOf(event.timestamp));
            return false;
          });
          if (slice.isOver()) await slice.next();
        }
      }
    },
    request,
    signal,
  );
}

/** A part of the events of a request. */
interface Part {
  readonly filter: EventFilter;
  /** Stands for the instants of all events. Default: each event has its own. */
  readonly instant?: EpochNanoseconds;
}

/**
 * Divides the events of a request into buckets if only the bucket of an instant matters. Converting the timestamps of a million
 * events would take as long as everything else.
 */
function partsOf(request: AggregateRequest): readonly Part[] {
  const { filter, metrics, boundaries } = request;
  if (metrics.some(({ kind }) => kind === 'first' || kind === 'last')) return [{ filter }];
  if (boundaries === undefined) return [{ filter, instant: 0n }];
  if (boundaries.length > MAX_SCANNED_BUCKETS) return [{ filter }];
  const edges = bucketEdges(request);
  return edges.slice(1).flatMap((behind, bucket): readonly Part[] => {
    const from = edges[bucket] as EpochNanoseconds;
    return from < behind ? [{ filter: { ...filter, start: from, end: behind - 1n }, instant: from }] : [];
  });
}
