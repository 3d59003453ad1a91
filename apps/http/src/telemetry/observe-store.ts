import { isEventTrackerError } from '@event-tracker/core';
import { type EventStorePort, type StoreReadOptions, wrapCalls } from '@event-tracker/core/store';
import type { Metrics, StoreOutcome } from './metrics.ts';
import type { Tracing } from './tracing.ts';

export interface StoreObserver {
  readonly metrics: Pick<Metrics, 'storeCalled'>;
  readonly tracing: Tracing | undefined;
}

/** Returns a store that measures each call and, if requests are traced, adds a span. */
export function observeStore(store: EventStorePort, { metrics, tracing }: StoreObserver): EventStorePort {
  return timeStore(tracing ? traceStore(store, tracing) : store, metrics);
}

function timeStore(store: EventStorePort, metrics: Pick<Metrics, 'storeCalled'>): EventStorePort {
  return wrapCalls(store, (call, work, options) => {
    const startedAt = performance.now();
    const result = work();
    // A separate chain, so that the caller does not wait for it.
    result.then(
      () => metrics.storeCalled(call, 'ok', secondsSince(startedAt)),
      (error: unknown) => metrics.storeCalled(call, outcomeOf(error, options), secondsSince(startedAt)),
    );
    return result;
  });
}

function traceStore(store: EventStorePort, tracing: Tracing): EventStorePort {
  return wrapCalls(store, async (call, work, options) => {
    const span = tracing.beginStoreCall(call);
    let outcome: StoreOutcome = 'ok';
    try {
      return await span.run(work);
    } catch (error) {
      outcome = outcomeOf(error, options);
      throw error;
    } finally {
      span.end(outcome);
    }
  });
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}

function outcomeOf(error: unknown, options: StoreReadOptions | undefined): StoreOutcome {
  if (options?.signal?.aborted && error === options.signal.reason) return 'aborted';
  return isEventTrackerError(error) ? error.code : 'internal';
}
