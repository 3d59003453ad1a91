import type { IncomingMessage } from 'node:http';
import type { Cors } from './cors.ts';

/**
 * Returns the header fields of every response, in an object to which others can be added.
 *
 * @param cors absent if pages of other origins must not call, or if the request was not parsed
 */
export function commonHeaders(requestId: string, cors?: Cors, incoming?: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {
    'X-Request-Id': requestId,
    // Browsers must not guess another media type, and pages of other origins must not embed a response.
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  return cors && incoming ? Object.assign(headers, cors.headersFor(incoming)) : headers;
}
