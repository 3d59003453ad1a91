import { randomHex } from '../runtime/random.ts';
import type { EventId } from './event.ts';

/** A 26-bit counter follows the time of an id, which allows fifty million ids in one millisecond. */
const MAX_COUNT = 2 ** 26 - 1;
/** The lower half of the counter follows the variant, the upper half follows the version. */
const LOWER_BITS = 14;
const LOWER_HALF = 2 ** LOWER_BITS - 1;
const VARIANT = 0x8000;
/** Greatest step back of the clock that ids ignore. */
const MAX_STEP_BACK_MS = 86_400_000;

/**
 * Returns a function that creates UUIDv7 ids (RFC 9562, 5.7) from the time, a counter (6.2, method 1) and random bits. Each
 * id is greater than the previous one, also within one millisecond and after the clock has stepped back, so that events of
 * one instant keep the order of their submission.
 *
 * After a step back of up to a day the ids keep the later time until the clock has caught up. After a longer step, such as
 * the correction of a clock that was a year ahead, they follow the clock immediately.
 *
 * @param clock milliseconds since 1970
 */
export function createEventIds(clock: () => number): () => EventId {
  let ms = Number.NEGATIVE_INFINITY;
  let count = 0;
  /** An id up to the lower half of the counter, which is the same for many ids: time, version, upper half. */
  let start = '';
  return () => {
    const now = Math.floor(clock());
    if (now > ms || now < ms - MAX_STEP_BACK_MS) startAt(now);
    else if (count === MAX_COUNT) startAt(ms + 1);
    else if ((++count & LOWER_HALF) === 0) writeStart();
    const low = (VARIANT | (count & LOWER_HALF)).toString(16);
    // toLowerCase copies the pieces into one flat string, which needs a third of the memory.
    return `${start}${low}-${randomHex(6)}`.toLowerCase();
  };

  function startAt(newMs: number): void {
    ms = newMs;
    // The counter starts at a random number in its lowest quarter, so that two processes rarely count in step.
    count = Number.parseInt(randomHex(3), 16);
    writeStart();
  }

  function writeStart(): void {
    const time = ms.toString(16).padStart(12, '0');
    const high = (count >>> LOWER_BITS).toString(16).padStart(3, '0');
    start = `${time.slice(0, 8)}-${time.slice(8)}-7${high}-`;
  }
}
