import { createStoreUnavailableError } from '../errors.ts';
import type { EventStorePort } from './event-store-port.ts';
import { wrapCalls } from './wrap-calls.ts';

/**
 * Wraps a store so that calls after `close` reject with `store_unavailable`. The store is closed once, when all running calls
 * have settled.
 *
 * @param name name of the store in error messages
 */
export function withOrderlyClose(store: EventStorePort, name: string): EventStorePort {
  let running = 0;
  let closing: Promise<void> | undefined;
  const settled = Promise.withResolvers<void>();

  function settle(): void {
    running--;
    if (closing !== undefined && running === 0) settled.resolve();
  }

  return {
    ...wrapCalls(store, (_, call) => {
      if (closing !== undefined) return Promise.reject(createStoreUnavailableError(`${name} is closed`));
      const work = call();
      running++;
      work.then(settle, settle);
      return work;
    }),
    close: () => {
      if (running === 0) settled.resolve();
      closing ??= settled.promise.then(() => store.close());
      return closing;
    },
  };
}
