import {
  beginTimeSlice,
  comparePositions,
  type Event,
  type EventPosition,
  type PageRequest,
} from '@event-tracker/core';
import type { Contents } from './contents.ts';
import { mergeWalks } from './merge-walks.ts';
import type { StoredEvent } from './stored-event.ts';

/** How many events are passed between two looks at the clock. */
const EVENTS_PER_LOOK = 128;

/**
 * Finds one page among the events stored up to a sequence: what writers add meanwhile, half a batch under way included,
 * is passed over. A long search goes in slices that let others in.
 */
export async function findPage(contents: Contents, request: PageRequest, committed: number): Promise<readonly Event[]> {
  const found: Event[] = [];
  const slice = beginTimeSlice();
  let passed = 0;
  let walk = walkRange(contents, request);
  for (let step = walk.next(); !step.done; step = walk.next()) {
    const stored = step.value;
    if (stored.sequence <= committed) found.push(stored.event);
    if (found.length === request.limit) break;
    if (++passed % EVENTS_PER_LOOK === 0 && slice.isOver()) {
      await slice.next();
      // The indexes may have changed: the search begins anew at the place where it was.
      walk = walkRange(contents, { ...request, after: stored });
    }
  }
  return found;
}

/** Walks the events of the filter's types between its start and end, in order and strictly after a position. */
function* walkRange(contents: Contents, { filter, order, after }: PageRequest): Generator<StoredEvent, void, void> {
  const from = order === 'asc' ? later(after, earliest(filter.start)) : earlier(after, latest(filter.end));
  const walks = contents.indexesOf(filter.event_type).map((index) => index.walk(order, from));
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
