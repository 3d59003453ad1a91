/** Runs one call at a time: each call aborts the one before. */
export interface Latest {
  /** Runs a call, unless a later one begins before it is done; then its result and its error are ignored. */
  run<T>(work: (signal: AbortSignal) => Promise<T>, done: (result: T) => void, failed: (error: unknown) => void): void;
  abort(): void;
}

export function createLatest(): Latest {
  let current = new AbortController();
  const abort = (): void => current.abort();
  return {
    run: (work, done, failed) => {
      abort();
      const own = new AbortController();
      current = own;
      work(own.signal).then(
        (result) => {
          if (!own.signal.aborted) done(result);
        },
        (error: unknown) => {
          if (!own.signal.aborted) failed(error);
        },
      );
    },
    abort,
  };
}
