import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProblemCode } from '@event-tracker/http-contract';
import { GET_LIVENESS, GET_METRICS, GET_READINESS, SUBMIT_EVENTS } from '@event-tracker/http-contract';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type Observation, observationOf, UNMATCHED } from './observation.ts';
import { formatRequestLine } from './request-line.ts';
import type { Tracing } from './tracing.ts';
import { meterTraffic } from './traffic.ts';

/** Reports each request once, when its response has been sent: a log line, metrics and, if traced, a span. */
export interface RequestObserver {
  begin(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** The response has been sent, or was aborted. */
  end(outgoing: ServerResponse): void;
  /** Reports input that was rejected before it became a request. */
  refused(refusal: Refusal): void;
  /** Reports, at a limited rate, connections that were closed because too many were open. */
  connectionRefused(): void;
  /** Runs the work of a request: spans that begin in it are children of the request's span. */
  run(outgoing: ServerResponse, work: () => void): void;
  /** Number of requests in progress. */
  inFlight(): number;
}

interface Refusal {
  readonly requestId: string;
  readonly method: string | undefined;
  readonly status: number;
  readonly problem: ProblemCode;
}

export interface RequestObserverDependencies {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
}

/** Status of a request whose client disconnected before the response began, as in nginx; HTTP does not define one. */
const CLIENT_LEFT = 499;

/** Interval of the log line about refused connections. */
const REFUSED_CONNECTIONS_LOG_INTERVAL_MS = 10_000;

/** Routes that are requested every few seconds; logged at debug, because they would hide the rest of the log. */
const QUIET_ROUTES: ReadonlySet<string> = new Set([GET_LIVENESS, GET_READINESS, GET_METRICS].map(({ path }) => path));

export function createRequestObserver({ log, metrics, tracing }: RequestObserverDependencies): RequestObserver {
  let inFlight = 0;
  const trafficOf = meterTraffic();
  let refusedConnectionsLoggedAt = Number.NEGATIVE_INFINITY;

  return {
    begin: (incoming, outgoing) => {
      inFlight++;
      const observation = observationOf(outgoing);
      observation.startedAt = performance.now();
      if (tracing) observation.trace = tracing.beginRequest(incoming);
    },
    run: (outgoing, work) => {
      const { trace } = observationOf(outgoing);
      if (trace) trace.run(work);
      else work();
    },
    end: (outgoing) => {
      inFlight--;
      const { req } = outgoing;
      const observation = observationOf(outgoing);
      const { requestId, route, problem, trace, isStream } = observation;
      const status = observation.status ?? (outgoing.headersSent ? outgoing.statusCode : CLIENT_LEFT);
      const isComplete = outgoing.writableFinished || observation.status !== undefined || isStream;
      const durationMs = performance.now() - observation.startedAt;

      metrics.requestCompleted(req.method, route, status, isStream ? undefined : durationMs / 1000);
      countEvents(metrics, observation, req.method);
      trace?.end(status, problem);

      const level = levelOf(route, status);
      const { read, written } = trafficOf(req.socket);
      if (log.isLevelEnabled(level))
        log.writeLine(
          formatRequestLine({
            level,
            requestId,
            method: req.method,
            route,
            status,
            durationMs,
            requestBytes: read,
            responseBytes: written,
            problem,
            reason: observation.reason,
            protocol: observation.protocol,
            eventsSubmitted: observation.eventsSubmitted,
            eventsStored: observation.eventsStored,
            eventsQuarantined: observation.eventsQuarantined,
            eventsReturned: observation.eventsReturned,
            isAborted: !isComplete,
            traceId: trace?.traceId,
          }),
        );
    },
    refused: ({ requestId, method, status, problem }) => {
      metrics.requestCompleted(method, UNMATCHED, status, undefined);
      const level = levelOf(UNMATCHED, status);
      if (log.isLevelEnabled(level))
        log.writeLine(formatRequestLine({ level, requestId, method, route: UNMATCHED, status, problem }));
    },
    connectionRefused: () => {
      metrics.connectionRefused();
      if (performance.now() - refusedConnectionsLoggedAt < REFUSED_CONNECTIONS_LOG_INTERVAL_MS) return;
      refusedConnectionsLoggedAt = performance.now();
      log.warn('connections are closed immediately: MAX_CONNECTIONS are open');
    },
    inFlight: () => inFlight,
  };
}

function levelOf(route: string, status: number): 'debug' | 'info' | 'warn' {
  if (status >= 500) return 'warn';
  return QUIET_ROUTES.has(route) ? 'debug' : 'info';
}

function countEvents(metrics: Metrics, observation: Observation, method: string | undefined): void {
  const { route, problem, protocol, eventsSubmitted, eventsStored, eventsQuarantined, eventsReturned, isStream } =
    observation;
  if (eventsQuarantined !== undefined) metrics.eventsQuarantined(eventsQuarantined);
  if (eventsReturned !== undefined && !isStream) metrics.eventsReturned(eventsReturned);
  const isSubmit = protocol !== undefined || (route === SUBMIT_EVENTS.path && method === SUBMIT_EVENTS.method);
  // Without a problem, those that were refused are those of a request that stored the others.
  const refused = problem === undefined ? (observation.eventsRefused ?? 0) : (eventsSubmitted ?? 1);
  const duplicates = (eventsSubmitted ?? 0) - (eventsStored ?? 0) - refused;
  if (eventsStored !== undefined) metrics.eventsStored(eventsStored, duplicates);
  if (isSubmit && refused > 0) metrics.eventsRefused(problem ?? 'invalid_event', refused);
  if (protocol === undefined) return;
  const outcomes = problem === undefined ? { stored: eventsStored ?? 0, duplicate: duplicates, refused } : { refused };
  metrics.eventsIngested(protocol, outcomes);
}
