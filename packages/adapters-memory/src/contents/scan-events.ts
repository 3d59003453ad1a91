import type { Event } from '@event-tracker/core';
import { compileFilter, formatTimestamp, type PageRequest, type TimeSlice } from '@event-tracker/core/store';
import type { Selection } from './contents.ts';
import { mergeWalks } from './merge-walks.ts';
import { comparePlaces, type Place, placeOf } from './place.ts';
import type { Range } from './position-index.ts';

/** Which events to go through, and in which order. */
export interface ScanRequest extends Selection, Pick<PageRequest, 'order' | 'after'> {
  /** Sequence of the last event to see: what writers add meanwhile, half a batch under way included, is passed over. */
  readonly committed: number;
}

/** Estimated bytes of events that are passed between two looks at the clock: a large payload takes longer than a small one. */
const BYTES_PER_LOOK = 65_536;

/**
 * Goes through all events that match a filter, in order and strictly after a position, until a visit answers that this
 * was enough. A long scan goes in slices that let others in.
 */
export async function scanEvents(
  request: ScanRequest,
  slice: TimeSlice,
  visit: (event: Event) => boolean,
): Promise<void> {
  // The walk itself keeps to the filter's time.
  const matches = compileFilter({ ...request.filter, start: undefined, end: undefined });
  const range = rangeOf(request);
  let reached = scanSlice(request, range, slice, matches, visit);
  while (reached) {
    await slice.next();
    // The indexes may have changed: the scan begins anew at the place where it was.
    reached = scanSlice(request, { ...range, after: reached }, slice, matches, visit);
  }
}

/** Scans until the slice is over, and answers where that was; undefined when there is no more to scan. */
function scanSlice(
  { indexes, order, committed }: ScanRequest,
  range: Range,
  slice: TimeSlice,
  matches: (event: Event) => boolean,
  visit: (event: Event) => boolean,
): Event | undefined {
  const step = order === 'asc' ? 1 : -1;
  const walks = indexes.map((index) => index.walk(order, range));
  let bytes = 0;
  for (const { chunk, from, to } of mergeWalks(walks, order)) {
    const { events, sequences, newest } = chunk;
    for (let i = from; i !== to; i += step) {
      const event = events[i] as Event;
      const isCommitted = newest <= committed || (sequences[i] as number) <= committed;
      if (isCommitted && matches(event) && visit(event)) return undefined;
    }
    bytes += (chunk.bytes / events.length) * Math.abs(to - from);
    if (bytes < BYTES_PER_LOOK) continue;
    bytes = 0;
    if (slice.isOver()) return events[to - step];
  }
  return undefined;
}

/** The places between which the events of a request stand. */
function rangeOf({ filter, order, after }: ScanRequest): Range {
  const start =
    filter.start === undefined ? undefined : { timestamp: formatTimestamp(filter.start), id: BEFORE_ALL_IDS };
  const end = filter.end === undefined ? undefined : { timestamp: formatTimestamp(filter.end), id: BEHIND_ALL_IDS };
  const reached = after && placeOf(after);
  return order === 'asc'
    ? { after: furthest(1, reached, start), before: end }
    : { after: furthest(-1, reached, end), before: start };
}

const BEFORE_ALL_IDS = '';
/** No digit of an id sorts behind a tilde. */
const BEHIND_ALL_IDS = '~';

function furthest(sign: 1 | -1, a: Place | undefined, b: Place | undefined): Place | undefined {
  return a && b ? (sign * comparePlaces(a, b) > 0 ? a : b) : (a ?? b);
}
