import type { IncomingMessage } from 'node:http';
import type { StoreCall } from '@event-tracker/core/store';
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { StoreOutcome } from './metrics.ts';

/** Makes spans, by the conventions of OpenTelemetry for HTTP. */
export interface Tracing {
  /** Begins the span of a request, below that of the client where `traceparent` names one. */
  beginRequest(incoming: IncomingMessage): RequestTrace;
  /** Begins the span of a call of the store, below the one that is active. */
  beginStoreCall(call: StoreCall): StoreCallTrace;
}

/** A request that is traced. */
export interface RequestTrace {
  /** `undefined` where this trace is not recorded. */
  readonly traceId: string | undefined;
  /** Runs the work on the request: spans that begin in it are below the request's own. */
  run<T>(work: () => T): T;
  /** The operation is known that the request is for. */
  matched(route: string): void;
  end(status: number, problem: string | undefined): void;
}

/** A call of the store that is traced. */
interface StoreCallTrace {
  run<T>(work: () => T): T;
  end(outcome: StoreOutcome): void;
}

const NAME = 'event-tracker';

/**
 * Spans for whatever SDK was registered before the server started (`node --import …`); `undefined` where none was, so
 * that nobody pays for spans that go nowhere.
 */
export function createTracing(): Tracing | undefined {
  const tracer = trace.getTracer(NAME);
  // Only an SDK gives a span an identity. This one never ends, and so goes nowhere.
  if (!isSpanContextValid(tracer.startSpan('probe').spanContext())) return undefined;

  return {
    beginRequest: (incoming) => {
      const active = trace.getActiveSpan();
      // An instrumentation of Node's HTTP server has begun one already, and will end it.
      if (active) return traceOf(incoming, active, context.active(), () => {});
      const { method = 'GET' } = incoming;
      const parent = propagation.extract(ROOT_CONTEXT, incoming.headers);
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes: requestAttributes(incoming) }, parent);
      return traceOf(incoming, span, trace.setSpan(parent, span), () => span.end());
    },
    beginStoreCall: (call) => {
      const span = tracer.startSpan(`store ${call}`);
      return {
        run: (work) => context.with(trace.setSpan(context.active(), span), work),
        end: (outcome) => {
          if (outcome !== 'ok') fail(span, outcome);
          span.end();
        },
      };
    },
  };
}

function fail(span: Span, reason: string): void {
  span.setAttribute('error.type', reason).setStatus({ code: SpanStatusCode.ERROR });
}

function traceOf(incoming: IncomingMessage, span: Span, active: Context, endSpan: () => void): RequestTrace {
  return {
    traceId: span.isRecording() ? span.spanContext().traceId : undefined,
    run: (work) => context.with(active, work),
    matched: (route) => {
      span.updateName(`${incoming.method} ${route}`).setAttribute('http.route', route);
    },
    end: (status, problem) => {
      span.setAttribute('http.response.status_code', status);
      // What the client did wrong is no error of the server's.
      if (status >= 500) fail(span, problem ?? String(status));
      endSpan();
    },
  };
}

/** Without the query string, whose values are nobody's business but the client's. */
function requestAttributes({ method = '', url = '', httpVersion }: IncomingMessage): Attributes {
  return {
    'http.request.method': method,
    'url.scheme': 'http',
    'url.path': url.split('?', 1)[0] ?? '',
    'network.protocol.version': httpVersion,
  };
}
