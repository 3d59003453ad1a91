import type { IncomingMessage } from 'node:http';
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
import type { StoreOperation, StoreOutcome } from './metrics.ts';

/** Makes spans, by the conventions of OpenTelemetry for HTTP. */
export interface Tracing {
  /** Begins the span of a request, below that of the client where `traceparent` names one. */
  beginRequest(incoming: IncomingMessage): RequestTrace;
  /** Runs a call of the store as a span of its own below the one that is active. */
  runStoreCall<T>(
    operation: StoreOperation,
    call: () => Promise<T>,
    outcomeOf: (error: unknown) => StoreOutcome,
  ): Promise<T>;
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
    runStoreCall: async (operation, call, outcomeOf) => {
      const span = tracer.startSpan(`store ${operation}`);
      try {
        return await context.with(trace.setSpan(context.active(), span), call);
      } catch (error) {
        const outcome = outcomeOf(error);
        span.setAttribute('error.type', outcome).setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
  };
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
      if (problem !== undefined) span.setAttribute('error.type', problem);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
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
