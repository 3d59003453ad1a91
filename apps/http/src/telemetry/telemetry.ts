import type { EventStorePort } from '@event-tracker/core/store';
import { addGauges, type GaugeSources } from './gauges.ts';
import type { Log } from './log.ts';
import { logStoreState } from './log-store-state.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createRequestObserver, type RequestObserver } from './observe-requests.ts';
import { observeStore } from './observe-store.ts';
import { createTracing } from './tracing.ts';

/** The log, metrics and traces of the server. */
export interface Telemetry {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly requests: RequestObserver;
  observeStore(store: EventStorePort): EventStorePort;
  /** Adds gauges, whose values are read at each scrape. */
  watch(sources: Partial<GaugeSources>): void;
}

/** Creates the telemetry of the server. Traces are recorded if an OpenTelemetry SDK is registered. */
export function createTelemetry(log: Log, metrics: Metrics = createMetrics()): Telemetry {
  const tracing = createTracing();
  const requests = createRequestObserver({ log, metrics, tracing });
  addGauges(metrics.registry, { requestsInFlight: () => requests.inFlight() });
  return {
    log,
    metrics,
    requests,
    observeStore: (store) => logStoreState(observeStore(store, { metrics, tracing }), log),
    watch: (sources) => addGauges(metrics.registry, sources),
  };
}
