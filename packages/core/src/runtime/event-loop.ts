import { type CancelSignal, throwIfAborted } from './abort.ts';

/*
 * The parts of a runtime's event loop that core uses. ECMAScript does not define timers, but Node, Deno, Bun, workers and
 * browsers all provide `setTimeout`, and some the faster `setImmediate`.
 */
interface EventLoop {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  setImmediate?(callback: () => void): unknown;
}
const eventLoop = globalThis as unknown as EventLoop;

/** Longest uninterrupted work, in milliseconds, before other work of the process can run. */
const SLICE_MS = 5;

/** Resolves after one turn of the event loop, in which all work that is ready has run. */
export function nextTurn(): Promise<void> {
  return new Promise(callNextTurn);
}

function callNextTurn(callback: () => void): void {
  if (eventLoop.setImmediate) eventLoop.setImmediate(callback);
  else eventLoop.setTimeout(callback, 0);
}

/**
 * Long work that waits for its next slice. Each turn of the event loop starts one slice, so that other work waits for one
 * slice at most, whatever the number of long tasks.
 */
const waitingSlices: (() => void)[] = [];
/** Those that come before all others. */
const urgentSlices: (() => void)[] = [];

function nextSlice(isUrgent: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (urgentSlices.length + waitingSlices.length === 0) callNextTurn(startSlice);
    (isUrgent ? urgentSlices : waitingSlices).push(resolve);
  });
}

function startSlice(): void {
  const start = urgentSlices.shift() ?? waitingSlices.shift();
  if (urgentSlices.length + waitingSlices.length > 0) callNextTurn(startSlice);
  start?.();
}

/**
 * Divides long work into slices so that other work can run in between: `if (slice.isOver()) await slice.next()` before each
 * step. After the last step, work that is done would wait for that of others.
 */
export interface TimeSlice {
  isOver(): boolean;
  /** Resolves after at least one turn of the event loop, and begins a new slice. Rejects if the signal of the work is aborted. */
  next(): Promise<void>;
}

export interface TimeSliceOptions {
  /** The shorter it is, the longer the work lasts while other work is waiting. Default: 5. */
  readonly lengthMs?: number;
  /** True for work that many callers wait for, such as a group commit: it comes before all other work. Default: false. */
  readonly isUrgent?: boolean;
  /** Ends the work between two slices: `next` rejects with the reason of the signal. */
  readonly signal?: CancelSignal | undefined;
}

/** Begins a slice of work. Check it often: a check costs one reading of the clock. */
export function beginTimeSlice({ lengthMs = SLICE_MS, isUrgent = false, signal }: TimeSliceOptions = {}): TimeSlice {
  let begunAt = Date.now();
  return {
    // Also over when the clock was set back, because the elapsed time is then unknown.
    isOver: () => Math.abs(Date.now() - begunAt) >= lengthMs,
    next: async () => {
      await nextSlice(isUrgent);
      throwIfAborted(signal);
      begunAt = Date.now();
    },
  };
}

/** Calls a function after a delay, and returns a function that cancels the call. */
export function startTimer(callback: () => void, ms: number): () => void {
  const timer = eventLoop.setTimeout(callback, ms);
  return () => eventLoop.clearTimeout(timer);
}

/** Settles like the work that `begin` begins, or rejects with the error of `onTimeout` if it lasts longer than `timeoutMs`. */
export function withTimeout<T>(begin: () => Promise<T>, timeoutMs: number, onTimeout: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const work = begin();
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
