import { type EventStorePort, isEventTrackerError } from '@event-tracker/core';
import type { Metrics, StoreOperation, StoreOutcome } from './metrics.ts';
import type { Tracing } from './tracing.ts';

export interface StoreObserver {
  readonly metrics: Pick<Metrics, 'storeCalled'>;
  readonly tracing: Tracing | undefined;
}

/** The same store, each call of which is timed and, where requests are traced, has a span. */
export function observeStore(store: EventStorePort, { metrics, tracing }: StoreObserver): EventStorePort {
  return timeStore(tracing ? traceStore(store, tracing) : store, metrics);
}

function timeStore(store: EventStorePort, metrics: Pick<Metrics, 'storeCalled'>): EventStorePort {
  /** @param startedAt read before the call, as it stands before it */
  function timed<T>(operation: StoreOperation, startedAt: number, work: Promise<T>): Promise<T> {
    // Beside the caller's own chain: it waits for nothing more than before.
    work.then(
      () => metrics.storeCalled(operation, 'ok', secondsSince(startedAt)),
      (error: unknown) => metrics.storeCalled(operation, outcomeOf(error), secondsSince(startedAt)),
    );
    return work;
  }

  return {
    guarantees: store.guarantees,
    append: (events) => timed('append', performance.now(), store.append(events)),
    get: (id) => timed('get', performance.now(), store.get(id)),
    query: (page) => timed('query', performance.now(), store.query(page)),
    aggregate: (request) => timed('aggregate', performance.now(), store.aggregate(request)),
    delete: (ids) => timed('delete', performance.now(), store.delete(ids)),
    ping: () => timed('ping', performance.now(), store.ping()),
    close: () => store.close(),
  };
}

function traceStore(store: EventStorePort, tracing: Tracing): EventStorePort {
  async function traced<T>(operation: StoreOperation, call: () => Promise<T>): Promise<T> {
    const span = tracing.beginStoreCall(operation);
    let outcome: StoreOutcome = 'ok';
    try {
      return await span.run(call);
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      span.end(outcome);
    }
  }

  return {
    guarantees: store.guarantees,
    append: (events) => traced('append', () => store.append(events)),
    get: (id) => traced('get', () => store.get(id)),
    query: (page) => traced('query', () => store.query(page)),
    aggregate: (request) => traced('aggregate', () => store.aggregate(request)),
    delete: (ids) => traced('delete', () => store.delete(ids)),
    ping: () => traced('ping', () => store.ping()),
    close: () => store.close(),
  };
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}

function outcomeOf(error: unknown): StoreOutcome {
  return isEventTrackerError(error) ? error.code : 'internal';
}
