import {
  comparePositions,
  compileFilter,
  type EventPosition,
  type PageRequest,
  type TimeSlice,
} from '@event-tracker/core';
import { mergeWalks } from './merge-walks.ts';
import type { PositionIndex } from './position-index.ts';
import type { StoredEvent } from './stored-event.ts';

/** Which events to go through, and in which order. */
export interface ScanRequest extends Omit<PageRequest, 'limit'> {
  /** What holds them, each once; others are passed over. */
  readonly indexes: readonly PositionIndex[];
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
  visit: (stored: StoredEvent) => boolean,
): Promise<void> {
  // The walk itself keeps to the filter's time.
  const matches = compileFilter({ ...request.filter, start: undefined, end: undefined });
  const isEnough = (stored: StoredEvent): boolean =>
    stored.sequence <= request.committed && matches(stored.event) && visit(stored);
  let reached = scanSlice(request, slice, isEnough);
  while (reached) {
    await slice.next();
    // The indexes may have changed: the scan begins anew at the place where it was.
    reached = scanSlice({ ...request, after: reached }, slice, isEnough);
  }
}

/** Scans until the slice is over, and answers where that was; undefined when there is no more to scan. */
function scanSlice(
  { indexes, filter, order, after }: ScanRequest,
  slice: TimeSlice,
  isEnough: (stored: StoredEvent) => boolean,
): StoredEvent | undefined {
  const from = order === 'asc' ? later(after, earliest(filter.start)) : earlier(after, latest(filter.end));
  const [start, end] = order === 'asc' ? [undefined, filter.end] : [filter.start, undefined];
  const walks = indexes.map((index) => index.walk(order, from));
  const walk = mergeWalks(walks, order)[Symbol.iterator]();
  let step = walk.next();
  if (!step.done && after && comparePositions(step.value, after) === 0) step = walk.next();
  let bytes = 0;
  for (; !step.done; step = walk.next()) {
    const stored = step.value;
    if (end !== undefined && stored.epochNanoseconds > end) return undefined;
    if (start !== undefined && stored.epochNanoseconds < start) return undefined;
    if (isEnough(stored)) return undefined;
    bytes += stored.bytes;
    if (bytes < BYTES_PER_LOOK) continue;
    bytes = 0;
    if (slice.isOver()) return stored;
  }
  return undefined;
}

/** The position before every event of an instant. */
function earliest(epochNanoseconds: bigint | undefined): EventPosition | undefined {
  return epochNanoseconds === undefined ? undefined : { epochNanoseconds, id: '' };
}

/** The position behind every event of an instant: no digit of an id sorts behind a tilde. */
function latest(epochNanoseconds: bigint | undefined): EventPosition | undefined {
  return epochNanoseconds === undefined ? undefined : { epochNanoseconds, id: '~' };
}

function later(a: EventPosition | undefined, b: EventPosition | undefined): EventPosition | undefined {
  return a && b ? (comparePositions(a, b) > 0 ? a : b) : (a ?? b);
}

function earlier(a: EventPosition | undefined, b: EventPosition | undefined): EventPosition | undefined {
  return a && b ? (comparePositions(a, b) < 0 ? a : b) : (a ?? b);
}
