import { createStoreUnavailableError } from '@event-tracker/core';

/** The calls that a store has under way. */
export interface OpenCalls {
  /** Begins a call, or rejects it with `store_unavailable` when the store is closed. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Lets no further call begin, waits for those under way, then does what is left to do; once, however often it is called. */
  close(finish: () => Promise<void>): Promise<void>;
}

export function createOpenCalls(): OpenCalls {
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  return {
    run: async (call) => {
      if (closed !== undefined) throw createStoreUnavailableError('the ClickHouse store is closed');
      const result = call();
      underWay.add(result);
      try {
        return await result;
      } finally {
        underWay.delete(result);
      }
    },
    close: (finish) => {
      closed ??= Promise.allSettled(underWay).then(finish);
      return closed;
    },
  };
}
