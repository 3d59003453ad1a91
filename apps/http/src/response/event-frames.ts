import type { FollowedItem } from '@event-tracker/core';
import { beginTimeSlice } from '@event-tracker/core/store';
import { writeEventFrame, writePositionFrame } from '@event-tracker/http-contract';

/** What `writeFrames` reports while it runs. */
export interface FrameObserver {
  /** Receives whether everything there is has been written. */
  setUpToDate(isUpToDate: boolean): void;
  /** Receives the number of events of a chunk that is about to be written. */
  delivered(events: number): void;
}

/** Characters that are written at a time. */
const CHUNK_LENGTH = 65_536;
/** Time after which a client hears how far it has come, where nothing matched. */
const POSITION_MS = 1_000;
/** Longest stretch of writing before other requests get their turn. */
const SLICE_MS = 2;

/**
 * Writes what a follower receives as server-sent events, in chunks of whole frames. What arrives together is written
 * together. Where nothing matches, the position is written after a second, and every `heartbeatMs` in any case.
 *
 * @param start the position of the first item, which has been read already
 */
export async function* writeFrames(
  items: AsyncIterator<FollowedItem, never, void>,
  start: string,
  { heartbeatMs, observer }: { readonly heartbeatMs: number; readonly observer: FrameObserver },
): AsyncGenerator<string, never, void> {
  const slice = beginTimeSlice(SLICE_MS);
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
    let step = await settledInTurn(next);
    if (!step && text !== '') {
      yield take();
      step = await settledInTurn(next);
    }
    if (!step) {
      observer.setUpToDate(true);
      step = await settledWithin(next, msToPosition());
      observer.setUpToDate(false);
    }
    if (step) {
      const { event } = step.value;
      ({ position } = step.value);
      next = read(items);
      if (event) {
        text += writeEventFrame(position, event);
        events++;
      }
      hasMoved = event === undefined;
    }
    if (msToPosition() <= 0) text += writePositionFrame(position);
    if (text.length >= CHUNK_LENGTH || (text !== '' && msToPosition() <= 0)) yield take();
    if (slice.isOver()) await slice.next();
  }
}

/** Asks for the next item. It may fail while nobody waits for it: the error is for the one who waits next. */
function read<T>(items: AsyncIterator<T, never, void>): Promise<IteratorYieldResult<T>> {
  const next = items.next() as Promise<IteratorYieldResult<T>>; // it never returns
  next.catch(() => {});
  return next;
}

/** The value of a promise, if it is there in this turn of the event loop. */
function settledInTurn<T>(work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const immediate = setImmediate(resolve, undefined);
    work.then(resolve, reject).finally(() => clearImmediate(immediate));
  });
}

/** The value of a promise, if it is there within some time. */
function settledWithin<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(ms, 1), undefined);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
