import type { IncomingMessage } from 'node:http';
import type { RequestHeaderName, ResponseHeaderName } from '@event-tracker/http-contract';
import { METHODS } from '@event-tracker/http-contract';

/** Lets the pages of some origins call the API from a browser (Fetch Standard, CORS protocol). */
export interface Cors {
  /** Returns the header fields of every response to a request. */
  headersFor(incoming: IncomingMessage): Record<string, string>;
  /** Returns the header fields of the response to a preflight request; `undefined` for any other request. */
  preflightHeadersFor(incoming: IncomingMessage): Record<string, string> | undefined;
  /** True if a page of an allowed origin sent the request. */
  isAllowed(incoming: IncomingMessage): boolean;
}

const REQUEST_HEADERS: readonly (
  | RequestHeaderName
  | 'Authorization'
  | 'Content-Type'
  | 'traceparent'
  | 'tracestate'
)[] = [
  'Authorization',
  'Content-Digest',
  'Content-Encoding',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
  'traceparent',
  'tracestate',
];
const EXPOSED_HEADERS: readonly ResponseHeaderName[] = [
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];
/** Time for which browsers cache a preflight response: the maximum of all browsers. */
const MAX_AGE_SECONDS = 7_200;

const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': METHODS.join(', '),
  'Access-Control-Allow-Headers': REQUEST_HEADERS.join(', '),
  'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
};

const FIELD_NAMES = /^[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;

/** Allows the requested header fields, because tracing libraries add further ones to every request. */
function headersAllowedFor(asked: string | undefined): Record<string, string> {
  const Vary = 'Access-Control-Request-Headers';
  return asked !== undefined && FIELD_NAMES.test(asked) ? { 'Access-Control-Allow-Headers': asked, Vary } : { Vary };
}

/**
 * @param origins the origins whose pages can call, each as browsers write it; an empty list disables CORS
 * @param credentialed the paths of calls whose clients send cookies, which mean nothing here
 */
export function createCors(
  origins: readonly string[],
  credentialed: ReadonlySet<string> = new Set(),
): Cors | undefined {
  if (origins.length === 0) return undefined;
  const allowed = new Set<string | undefined>(origins);
  const exposed = EXPOSED_HEADERS.join(', ');
  return {
    headersFor: ({ headers: { origin }, url = '' }) =>
      origin !== undefined && allowed.has(origin)
        ? {
            'Access-Control-Allow-Origin': origin,
            ...(credentialed.has(pathOf(url)) && { 'Access-Control-Allow-Credentials': 'true' }),
            'Access-Control-Expose-Headers': exposed,
            Vary: 'Origin',
          }
        : { Vary: 'Origin' }, // otherwise a cache would return this response to allowed pages
    preflightHeadersFor: ({ method, headers }) =>
      method === 'OPTIONS' && headers['access-control-request-method'] !== undefined && allowed.has(headers.origin)
        ? { ...PREFLIGHT_HEADERS, ...headersAllowedFor(headers['access-control-request-headers']) }
        : undefined,
    isAllowed: ({ headers: { origin } }) => origin !== undefined && allowed.has(origin),
  };
}

/** Returns the path of a URL without the slash at its end. */
function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(/\/$/, '');
}
