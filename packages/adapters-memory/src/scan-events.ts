import {
  comparePositions,
  type EventPosition,
  matchesFilter,
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
  const filter = { ...request.filter, start: undefined, end: undefined };
  let bytes = 0;
  let walk = walkRange(request);
  for (let step = walk.next(); !step.done; step = walk.next()) {
    const stored = step.value;
    const isSeen = stored.sequence <= request.committed && matchesFilter(stored.event, filter);
    if (isSeen && visit(stored)) return;
    bytes += stored.bytes;
    if (bytes < BYTES_PER_LOOK) continue;
    bytes = 0;
    if (slice.isOver()) {
      await slice.next();
      // The indexes may have changed: the scan begins anew at the place where it was.
      walk = walkRange({ ...request, after: stored });
    }
  }
}

/** Walks the events that may match a filter, from its start to its end, in order and strictly after a position. */
function* walkRange({ indexes, filter, order, after }: ScanRequest): Generator<StoredEvent, void, void> {
  const from = order === 'asc' ? later(after, earliest(filter.start)) : earlier(after, latest(filter.end));
  const walks = indexes.map((index) => index.walk(order, from));
  for (const stored of mergeWalks(walks, order)) {
    if (after && comparePositions(stored, after) === 0) continue;
    const { epochNanoseconds } = stored;
    if (order === 'asc' && filter.end !== undefined && epochNanoseconds > filter.end) return;
    if (order === 'desc' && filter.start !== undefined && epochNanoseconds < filter.start) return;
    yield stored;
  }
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
