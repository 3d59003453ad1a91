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

/** Creates spans by the OpenTelemetry conventions for HTTP. */
export interface Tracing {
  /** Starts the span of a request, as a child of the client's span if `traceparent` names one. */
  beginRequest(incoming: IncomingMessage): RequestTrace;
  /** Starts the span of a store call, as a child of the active span. */
  beginStoreCall(call: StoreCall): StoreCallTrace;
}

/** The trace of a request. */
export interface RequestTrace {
  /** `undefined` if this trace is not recorded. */
  readonly traceId: string | undefined;
  /** Runs the work of the request: spans that begin in it are children of the request's span. */
  run<T>(work: () => T): T;
  /** Records the operation of the request. */
  matched(route: string): void;
  end(status: number, problem: string | undefined): void;
}

/** The trace of a store call. */
interface StoreCallTrace {
  run<T>(work: () => T): T;
  end(outcome: StoreOutcome): void;
}

const NAME = 'event-tracker';

/**
 * Creates spans for the SDK that was registered before the server started (`node --import …`); `undefined` if there is none,
 * so that unused spans cost nothing.
 */
export function createTracing(): Tracing | undefined {
  const tracer = trace.getTracer(NAME);
  // Only an SDK gives a span an identity. This span never ends, so it is never exported.
  if (!isSpanContextValid(tracer.startSpan('probe').spanContext())) return undefined;

  return {
    beginRequest: (incoming) => {
      const active = trace.getActiveSpan();
      // An instrumentation of Node's HTTP server has started the span, and ends it.
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
          if (outcome !== 'ok' && outcome !== 'aborted') fail(span, outcome);
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
      // An error of the client is not an error of the server.
      if (status >= 500) fail(span, problem ?? String(status));
      endSpan();
    },
  };
}

/** Returns the URL without the query string, whose values can be private. */
function requestAttributes({ method = '', url = '', httpVersion }: IncomingMessage): Attributes {
  return {
    'http.request.method': method,
    'url.scheme': 'http',
    'url.path': url.split('?', 1)[0] ?? '',
    'network.protocol.version': httpVersion,
  };
}
