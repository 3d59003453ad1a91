import type { Event, FollowedItem } from '@event-tracker/core';
import { beginTimeSlice } from '@event-tracker/core/store';
import { writeEventFrame, writePositionFrame } from '@event-tracker/http-contract';

/** Receives the progress of `writeFrames`. */
export interface FrameObserver {
  /** Receives whether all events have been written. */
  setUpToDate(isUpToDate: boolean): void;
  /** Receives the number of events of a chunk that is about to be written. */
  delivered(events: number): void;
}

/** Characters of a chunk. */
const CHUNK_LENGTH = 65_536;
/** Time after which a client receives its position if nothing matched. */
const POSITION_MS = 1_000;
/** Longest time of writing before other requests are served. */
const SLICE_MS = 2;

/**
 * Writes the items of a follower as server-sent events, in chunks of whole frames. Items that arrive together are written
 * together. If nothing matches, the position is written after a second, and then every `heartbeatMs`.
 *
 * @param start the position of the first item, which has been read already
 */
export async function* writeFrames(
  items: AsyncIterator<FollowedItem, never, void>,
  start: string,
  { heartbeatMs, observer }: { readonly heartbeatMs: number; readonly observer: FrameObserver },
): AsyncGenerator<string, never, void> {
  let slice = beginTimeSlice({ lengthMs: SLICE_MS });
  let position = start;
  let hasMoved = false;
  let text = '';
  let events = 0;
  let writtenAt = performance.now();

  const take = (): string => {
    const taken = text;
    observer.delivered(events);
    text = '';
    events = 0;
    hasMoved = false;
    writtenAt = performance.now();
    return taken;
  };
  const msToPosition = (): number =>
    writtenAt + (hasMoved ? Math.min(POSITION_MS, heartbeatMs) : heartbeatMs) - performance.now();

  let next = read(items);
  for (;;) {
    let step = await settledInTurn(next.work);
    if (!step && text !== '') {
      yield take();
      step = next.result;
    }
    if (!step) {
      observer.setUpToDate(true);
      step = await settledWithin(next.work, msToPosition());
      observer.setUpToDate(false);
      // Other requests were served meanwhile. A slice that is over would let the followers write in one turn each.
      slice = beginTimeSlice({ lengthMs: SLICE_MS });
    }
    if (step) {
      const { event } = step.value;
      ({ position } = step.value);
      next = read(items);
      if (event) {
        text += frameOf(position, event);
        events++;
      }
      hasMoved = event === undefined;
    }
    if (msToPosition() <= 0) text += writePositionFrame(position);
    if (text.length >= CHUNK_LENGTH || (text !== '' && msToPosition() <= 0)) yield take();
    if (slice.isOver()) await slice.next();
  }
}

/** A read that has begun. */
interface Reading<T> {
  readonly work: Promise<IteratorYieldResult<T>>;
  /** The result of `work`, once it is available. */
  result: IteratorYieldResult<T> | undefined;
}

/** Requests the next item. A failure before `work` is awaited is not unhandled: the next await receives it. */
function read<T>(items: AsyncIterator<T, never, void>): Reading<T> {
  const reading: Reading<T> = {
    work: items.next() as Promise<IteratorYieldResult<T>>, // it never returns
    result: undefined,
  };
  reading.work.then(
    (result) => {
      reading.result = result;
    },
    () => {},
  );
  return reading;
}

/** The last frame of each event. Followers receive the same objects, so that an event is written once for all of them. */
const written = new WeakMap<Event, { readonly position: string; readonly frame: string }>();

function frameOf(position: string, event: Event): string {
  const last = written.get(event);
  if (last?.position === position) return last.frame;
  const frame = writeEventFrame(position, event);
  written.set(event, { position, frame });
  return frame;
}

/** Returns the value of a promise if it settles in this turn of the event loop. */
function settledInTurn<T>(work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const immediate = setImmediate(resolve, undefined);
    work.then(resolve, reject).finally(() => clearImmediate(immediate));
  });
}

/** Returns the value of a promise if it settles within a time. */
function settledWithin<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(ms, 1), undefined);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
