import type { SchemaMode } from '@event-tracker/core/schemas';
import type { GroupCommitObserver, StoreCall } from '@event-tracker/core/store';
import type { ProblemCode } from '@event-tracker/http-contract';
import { SUBMIT_EVENTS } from '@event-tracker/http-contract';
import { Counter, Gauge, Registry } from 'prom-client';
import { addGauges } from './gauges.ts';
import { addHistogram } from './histogram.ts';
import { memoize } from './memoize.ts';

/**
 * The metrics of the server for Prometheus. Every label has few values, all of them known: none comes from the input of a
 * client.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly groupCommit: GroupCommitObserver;
  /**
   * @param route path of an operation, or `UNMATCHED`
   * @param seconds `undefined` if the start of the request is unknown
   */
  requestCompleted(method: string | undefined, route: string, status: number, seconds: number | undefined): void;
  /** A connection was closed immediately, because too many were open. */
  connectionRefused(): void;
  eventsStored(stored: number, duplicates: number): void;
  eventsRefused(reason: ProblemCode, events: number): void;
  /** Events arrived in the format of another system. */
  eventsIngested(protocol: string, outcomes: Readonly<Record<string, number>>): void;
  /** Events were quarantined, or had been quarantined before. */
  eventsQuarantined(events: number): void;
  /** An event did not match a schema. */
  schemaViolated(schema: string, mode: SchemaMode): void;
  eventsReturned(events: number): void;
  exportBroken(): void;
  /** Events were sent to a follower. */
  eventsDelivered(events: number): void;
  streamBroken(): void;
  /** An unexpected error was thrown. */
  defectFound(): void;
  storeCalled(call: StoreCall, outcome: StoreOutcome, seconds: number): void;
  logLineDropped(): void;
}

/** `ok`, `aborted` for a read whose client disconnected, or the problem code of a failed store call. */
export type StoreOutcome = 'ok' | 'aborted' | ProblemCode;

/** Methods with a separate label; the thirty others that Node parses share one. */
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
    help: 'Requests by status; 499 if the client disconnected before the response began.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const requestDuration = addHistogram(registry, {
    name: 'event_tracker_http_request_duration_seconds',
    help: 'Time from the header fields of a request to the last byte of its response.',
    buckets: REQUEST_SECONDS,
  });
  const refusedConnections = new Counter({
    name: 'event_tracker_http_connections_refused_total',
    help: 'Connections that were closed immediately, because MAX_CONNECTIONS were open.',
    registers,
  });
  const stored = new Counter({
    name: 'event_tracker_events_stored_total',
    help: 'Events that were stored.',
    registers,
  });
  const duplicate = new Counter({
    name: 'event_tracker_events_duplicate_total',
    help: 'Submitted events that were already stored.',
    registers,
  });
  const refused = new Counter({
    name: 'event_tracker_events_refused_total',
    help: 'Events of rejected submits, by problem code; 1 for a submit that was rejected before its events were counted.',
    labelNames: ['reason'],
    registers,
  });
  const ingested = new Counter({
    name: 'event_tracker_ingested_events_total',
    help: 'Events in the formats of other systems: stored, duplicate or refused. The other metrics of events count them too.',
    labelNames: ['protocol', 'outcome'],
    registers,
  });
  const quarantined = new Counter({
    name: 'event_tracker_events_quarantined_total',
    help: 'Submitted events that were quarantined. The number of stored events includes them, unless they were sent before.',
    registers,
  });
  const violations = new Counter({
    name: 'event_tracker_schema_violations_total',
    help: 'Submitted events that did not match a schema, by the file and the mode of the schema.',
    labelNames: ['schema', 'mode'],
    registers,
  });
  const returned = new Counter({
    name: 'event_tracker_events_returned_total',
    help: 'Events that were read.',
    registers,
  });
  const brokenExports = new Counter({
    name: 'event_tracker_exports_broken_total',
    help: 'Responses that were aborted because the store failed.',
    registers,
  });
  const delivered = new Counter({
    name: 'event_tracker_events_delivered_total',
    help: 'Events that were sent to followers; an event counts once per follower.',
    registers,
  });
  const brokenStreams = new Counter({
    name: 'event_tracker_streams_broken_total',
    help: 'Followers whose stream was aborted because the store failed.',
    registers,
  });
  const defects = new Counter({
    name: 'event_tracker_defects_total',
    help: 'Requests that failed with an unexpected error, which is in the log.',
    registers,
  });
  const storeCalls = addHistogram(registry, {
    name: 'event_tracker_store_call_duration_seconds',
    help: 'Time of a store call, including the time in the queue; outcome is ok or a problem code.',
    buckets: STORE_SECONDS,
  });
  const groupCalls = addHistogram(registry, {
    name: 'event_tracker_group_commit_calls',
    help: 'Submits per group commit.',
    buckets: GROUP_SIZES,
  })();
  const groupEvents = addHistogram(registry, {
    name: 'event_tracker_group_commit_events',
    help: 'Events per group commit.',
    buckets: GROUP_SIZES,
  })();
  const droppedLines = new Counter({
    name: 'event_tracker_log_lines_dropped_total',
    help: 'Log lines that were dropped because the reader was too slow.',
    registers,
  });

  // Initialized to 0, because Prometheus sees increases, not first values.
  for (const reason of SUBMIT_EVENTS.problems) refused.inc({ reason }, 0);

  // Series by label, created on first use.
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
    eventsIngested: (protocol, outcomes) => {
      for (const [outcome, events] of Object.entries(outcomes)) ingested.labels(protocol, outcome).inc(events);
    },
    eventsQuarantined: (events) => quarantined.inc(events),
    schemaViolated: (schema, mode) => violations.inc({ schema, mode }),
    eventsReturned: (events) => returned.inc(events),
    exportBroken: () => brokenExports.inc(),
    eventsDelivered: (events) => delivered.inc(events),
    streamBroken: () => brokenStreams.inc(),
    defectFound: () => defects.inc(),
    storeCalled: (call, outcome, seconds) => storeSeries(call)(outcome)(seconds),
    logLineDropped: () => droppedLines.inc(),
  };
}
