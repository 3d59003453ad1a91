import { setImmediate } from 'node:timers/promises';

/** The number of events to scan before yielding, adapted to the duration of a time slice. */
export interface Stride {
  readonly length: number;
  /** Yields to other work of the thread, and adapts the length to the duration of the stride. */
  next(): Promise<void>;
}

/** Small because events can be large. A smaller stride costs more than it saves. */
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
