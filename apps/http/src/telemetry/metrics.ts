import type { GroupCommitObserver, StoreCall } from '@event-tracker/core/store';
import type { ProblemCode } from '@event-tracker/http-contract';
import { SUBMIT_EVENTS } from '@event-tracker/http-contract';
import { Counter, Gauge, Registry } from 'prom-client';
import { addGauges } from './gauges.ts';
import { addHistogram } from './histogram.ts';
import { memoize } from './memoize.ts';

/**
 * What the server counts for Prometheus, as it happens. Every label has few values, all of them known: none is ever made
 * of what a client sent.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly groupCommit: GroupCommitObserver;
  /**
   * @param route path of an operation, or `UNMATCHED`
   * @param seconds `undefined` where nobody knows when the request began
   */
  requestCompleted(method: string | undefined, route: string, status: number, seconds: number | undefined): void;
  /** Closed at once, as there were too many. */
  connectionRefused(): void;
  eventsStored(stored: number, duplicates: number): void;
  eventsRefused(reason: ProblemCode, events: number): void;
  eventsReturned(events: number): void;
  exportBroken(): void;
  /** Events were sent to a client that follows. */
  eventsDelivered(events: number): void;
  streamBroken(): void;
  /** Something was thrown that nobody expected. */
  defectFound(): void;
  storeCalled(call: StoreCall, outcome: StoreOutcome, seconds: number): void;
  logLineDropped(): void;
}

/** `ok`, or the problem that a call of the store failed with. */
export type StoreOutcome = 'ok' | ProblemCode;

/** Other methods than these share a label: Node's parser knows thirty more. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OTHER_METHOD = 'other';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const STORE_SECONDS = [0.0005, ...REQUEST_SECONDS];
const GROUP_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** @param version the version of the server */
export function createMetrics(version = 'unknown'): Metrics {
  const registry = new Registry();
  const registers = [registry];

  new Gauge({
    name: 'event_tracker_build_info',
    help: 'Always 1; its label is the version of the server.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);

  const requests = new Counter({
    name: 'event_tracker_http_requests_total',
    help: 'Requests that were answered; 499 where the client left before its answer began.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const requestDuration = addHistogram(registry, {
    name: 'event_tracker_http_request_duration_seconds',
    help: 'Time from the header fields of a request to the last byte of its answer.',
    buckets: REQUEST_SECONDS,
  });
  const refusedConnections = new Counter({
    name: 'event_tracker_http_connections_refused_total',
    help: 'Connections that were closed at once, as MAX_CONNECTIONS were open.',
    registers,
  });
  const stored = new Counter({
    name: 'event_tracker_events_stored_total',
    help: 'Events that were stored.',
    registers,
  });
  const duplicate = new Counter({
    name: 'event_tracker_events_duplicate_total',
    help: 'Events that were submitted again when they were stored already.',
    registers,
  });
  const refused = new Counter({
    name: 'event_tracker_events_refused_total',
    help: 'Events of submits that were answered with a problem, by its code; 1 for a submit whose events nobody counted.',
    labelNames: ['reason'],
    registers,
  });
  const returned = new Counter({
    name: 'event_tracker_events_returned_total',
    help: 'Events that were read.',
    registers,
  });
  const brokenExports = new Counter({
    name: 'event_tracker_exports_broken_total',
    help: 'Answers that were broken off because the store failed half-way.',
    registers,
  });
  const delivered = new Counter({
    name: 'event_tracker_events_delivered_total',
    help: 'Events that were sent to followers; an event counts for each of them.',
    registers,
  });
  const brokenStreams = new Counter({
    name: 'event_tracker_streams_broken_total',
    help: 'Followers that were broken off because the store failed.',
    registers,
  });
  const defects = new Counter({
    name: 'event_tracker_defects_total',
    help: 'Requests that failed for a reason that nobody expected; the log says which.',
    registers,
  });
  const storeCalls = addHistogram(registry, {
    name: 'event_tracker_store_call_duration_seconds',
    help: 'Time of a call of the store, waiting for its turn included; outcome is ok or the code of a problem.',
    buckets: STORE_SECONDS,
  });
  const groupCalls = addHistogram(registry, {
    name: 'event_tracker_group_commit_calls',
    help: 'Submits that were written to the store together.',
    buckets: GROUP_SIZES,
  })();
  const groupEvents = addHistogram(registry, {
    name: 'event_tracker_group_commit_events',
    help: 'Events that were written to the store together.',
    buckets: GROUP_SIZES,
  })();
  const droppedLines = new Counter({
    name: 'event_tracker_log_lines_dropped_total',
    help: 'Lines of the log that were dropped because nobody read those before.',
    registers,
  });

  // So that the first of a kind counts as well: Prometheus sees a rise, not a beginning.
  for (const reason of SUBMIT_EVENTS.problems) refused.inc({ reason }, 0);

  // Looked up by their labels, and made when they are first needed.
  const requestSeries = memoize((route: string) =>
    memoize((method: string) => ({
      observeDuration: requestDuration({ method, route }),
      ofStatus: memoize((status: number) => requests.labels(method, route, String(status))),
    })),
  );
  const storeSeries = memoize((call: StoreCall) =>
    memoize((outcome: StoreOutcome) => storeCalls({ operation: call, outcome })),
  );
  let queuedEvents = 0;
  addGauges(registry, { groupCommitQueuedEvents: () => queuedEvents });

  return {
    registry,
    groupCommit: {
      queued: (events) => {
        queuedEvents = events;
      },
      grouped: (calls, events) => {
        groupCalls(calls);
        groupEvents(events);
      },
    },
    requestCompleted: (method, route, status, seconds) => {
      const isKnown = method !== undefined && METHODS.has(method);
      const series = requestSeries(route)(isKnown ? method : OTHER_METHOD);
      if (seconds !== undefined) series.observeDuration(seconds);
      series.ofStatus(status).inc();
    },
    connectionRefused: () => refusedConnections.inc(),
    eventsStored: (fresh, duplicates) => {
      stored.inc(fresh);
      duplicate.inc(duplicates);
    },
    eventsRefused: (reason, events) => refused.labels(reason).inc(events),
    eventsReturned: (events) => returned.inc(events),
    exportBroken: () => brokenExports.inc(),
    eventsDelivered: (events) => delivered.inc(events),
    streamBroken: () => brokenStreams.inc(),
    defectFound: () => defects.inc(),
    storeCalled: (call, outcome, seconds) => storeSeries(call)(outcome)(seconds),
    logLineDropped: () => droppedLines.inc(),
  };
}
