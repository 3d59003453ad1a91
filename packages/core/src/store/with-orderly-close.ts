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
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function unlessClosed<T>(call: () => Promise<T>): Promise<T> {
    if (closing !== undefined) throw createStoreUnavailableError(`${name} is closed`);
    const work = call();
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }

  return {
    ...wrapCalls(store, (_, work) => unlessClosed(work)),
    close: () => {
      closing ??= Promise.allSettled(underWay).then(() => store.close());
      return closing;
    },
  };
}
