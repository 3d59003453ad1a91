import { setImmediate } from 'node:timers/promises';

/** How many events are gone through at a time: as many as it takes for a time slice. */
export interface Stride {
  readonly length: number;
  /** Lets other work of the thread in, and adapts the length to how long the stride took. */
  next(): Promise<void>;
}

/** Short, for events may be large; shorter ones would cost more than they are worth. */
const MIN_LENGTH = 256;
const MAX_LENGTH = 65_536;
const SLICE_MS = 10;

export function createStride(): Stride {
  let length = MIN_LENGTH;
  let begunAt = performance.now();
  return {
    get length() {
      return length;
    },
    next: async () => {
      const tookMs = performance.now() - begunAt;
      if (tookMs < SLICE_MS / 2) length = Math.min(length * 2, MAX_LENGTH);
      else if (tookMs > SLICE_MS) length = Math.max(length / 2, MIN_LENGTH);
      await setImmediate();
      begunAt = performance.now();
    },
  };
}
