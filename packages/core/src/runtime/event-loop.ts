/*
 * The two things that core needs of a runtime's event loop. ECMAScript has neither timers nor a way to let other work
 * in, but Node, Deno, Bun, workers and browsers all have `setTimeout`, and some the faster `setImmediate`.
 */
interface EventLoop {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  setImmediate?(callback: () => void): unknown;
}
const eventLoop = globalThis as unknown as EventLoop;

/** Longest stretch of work, in milliseconds, before other work of the process gets its turn. */
const SLICE_MS = 5;

/** Tells long work when to let others in: `if (slice.isOver()) await slice.next()`. */
export interface TimeSlice {
  isOver(): boolean;
  /** Resolves after the event loop has gone round once, and begins a new slice. */
  next(): Promise<void>;
}

/**
 * Begins a slice of work, to be checked often: it costs one reading of the clock.
 *
 * @param lengthMs 5 unless told otherwise; the shorter it is, the longer the work takes while there is other work
 */
export function beginTimeSlice(lengthMs: number = SLICE_MS): TimeSlice {
  let begunAt = Date.now();
  return {
    // Also over when the clock has been set back: nobody knows how long it was then.
    isOver: () => Math.abs(Date.now() - begunAt) >= lengthMs,
    next: async () => {
      await new Promise<void>((resolve) => {
        if (eventLoop.setImmediate) eventLoop.setImmediate(resolve);
        else eventLoop.setTimeout(resolve, 0);
      });
      begunAt = Date.now();
    },
  };
}

/** Calls back after some milliseconds, unless the function that it returns is called before. */
export function startTimer(callback: () => void, ms: number): () => void {
  const timer = eventLoop.setTimeout(callback, ms);
  return () => eventLoop.clearTimeout(timer);
}

/** Settles as `work` does, or rejects with what `onTimeout` makes when that takes longer than `timeoutMs`. */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, onTimeout: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = eventLoop.setTimeout(() => reject(onTimeout()), timeoutMs);
    work.then(
      (value) => {
        eventLoop.clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        eventLoop.clearTimeout(timer);
        reject(error);
      },
    );
  });
}
