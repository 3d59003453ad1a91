import { createStoreUnavailableError } from '../errors.ts';
import type { EventStorePort } from './event-store-port.ts';
import { wrapCalls } from './wrap-calls.ts';

/**
 * The same store, which rejects calls with `store_unavailable` as soon as it is told to close, and closes, once, when
 * those under way have settled.
 *
 * @param name what the errors call it
 */
export function withOrderlyClose(store: EventStorePort, name: string): EventStorePort {
  let underWay = 0;
  let closing: Promise<void> | undefined;
  const settled = Promise.withResolvers<void>();

  function settle(): void {
    underWay--;
    if (closing !== undefined && underWay === 0) settled.resolve();
  }

  return {
    ...wrapCalls(store, (_, call) => {
      if (closing !== undefined) return Promise.reject(createStoreUnavailableError(`${name} is closed`));
      const work = call();
      underWay++;
      work.then(settle, settle);
      return work;
    }),
    close: () => {
      if (underWay === 0) settled.resolve();
      closing ??= settled.promise.then(() => store.close());
      return closing;
    },
  };
}
