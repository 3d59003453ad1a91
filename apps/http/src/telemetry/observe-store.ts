import { type EventStorePort, isEventTrackerError } from '@event-tracker/core';
import type { Metrics, StoreOperation, StoreOutcome } from './metrics.ts';
import type { Tracing } from './tracing.ts';

export interface StoreObserver {
  readonly metrics: Pick<Metrics, 'storeCalled'>;
  readonly tracing: Tracing | undefined;
}

/** The same store, each call of which is timed and, where requests are traced, has a span. */
export function observeStore(store: EventStorePort, { metrics, tracing }: StoreObserver): EventStorePort {
  function observe<T>(operation: StoreOperation, call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const trace = tracing?.beginStoreCall(operation);
    const end = (outcome: StoreOutcome): void => {
      metrics.storeCalled(operation, outcome, (performance.now() - startedAt) / 1000);
      trace?.end(outcome);
    };
    const work = trace ? trace.run(call) : call();
    // Beside the caller's own chain: it waits for nothing more than before.
    work.then(
      () => end('ok'),
      (error: unknown) => end(outcomeOf(error)),
    );
    return work;
  }

  return {
    guarantees: store.guarantees,
    append: (events) => observe('append', () => store.append(events)),
    get: (id) => observe('get', () => store.get(id)),
    query: (page) => observe('query', () => store.query(page)),
    aggregate: (request) => observe('aggregate', () => store.aggregate(request)),
    delete: (ids) => observe('delete', () => store.delete(ids)),
    ping: () => observe('ping', () => store.ping()),
    close: () => store.close(),
  };
}

function outcomeOf(error: unknown): StoreOutcome {
  return isEventTrackerError(error) ? error.code : 'internal';
}
