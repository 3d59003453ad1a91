import type { Event } from '@event-tracker/core';
import { compileFilter, formatTimestamp, type PageRequest, type TimeSlice } from '@event-tracker/core/store';
import type { Selection } from './contents.ts';
import { mergeWalks } from './merge-walks.ts';
import type { Range } from './position-index.ts';
import { compareSortKeys, type SortKey, sortKeyOf } from './sort-key.ts';

/** The events to scan and their order. */
export interface ScanRequest extends Selection, Pick<PageRequest, 'order' | 'after'> {
  /** The sequence of the last visible event. Events that writers add during the scan are skipped. */
  readonly committed: number;
}

/** The clock is read after this number of estimated bytes: testing a large payload takes longer than testing a small one. */
const BYTES_PER_LOOK = 65_536;

/**
 * Visits the events that match a filter, in order, strictly after a position, until `visit` returns true. A long scan
 * yields to the event loop between time slices.
 */
export async function scanEvents(
  request: ScanRequest,
  slice: TimeSlice,
  visit: (event: Event) => boolean,
): Promise<void> {
  // The range of the walk covers the filter's times.
  const matches = compileFilter({ ...request.filter, start: undefined, end: undefined });
  const range = rangeOf(request);
  let reached = scanSlice(request, range, slice, matches, visit);
  while (reached) {
    await slice.next();
    // Start a new walk after the last event, because the indexes may have changed.
    reached = scanSlice(request, { ...range, after: reached }, slice, matches, visit);
  }
}

/** Scans until the time slice is over. Returns the last event scanned; `undefined` if the scan is complete. */
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

/** Returns the range that contains the events of a request. */
function rangeOf({ filter, order, after }: ScanRequest): Range {
  const start =
    filter.start === undefined ? undefined : { timestamp: formatTimestamp(filter.start), id: BEFORE_ALL_IDS };
  const end = filter.end === undefined ? undefined : { timestamp: formatTimestamp(filter.end), id: AFTER_ALL_IDS };
  const reached = after && sortKeyOf(after);
  return order === 'asc'
    ? { after: furthest(1, reached, start), before: end }
    : { after: furthest(-1, reached, end), before: start };
}

const BEFORE_ALL_IDS = '';
/** A tilde sorts after each digit of an id. */
const AFTER_ALL_IDS = '~';

function furthest(sign: 1 | -1, a: SortKey | undefined, b: SortKey | undefined): SortKey | undefined {
  return a && b ? (sign * compareSortKeys(a, b) > 0 ? a : b) : (a ?? b);
}
