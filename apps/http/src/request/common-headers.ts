import type { IncomingMessage } from 'node:http';
import type { Cors } from './cors.ts';

/**
 * Header fields that every answer has, in an object to which others may be added.
 *
 * @param cors absent where no other origin's pages may call, or the request could not be read
 */
export function commonHeaders(requestId: string, cors?: Cors, incoming?: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {
    'X-Request-Id': requestId,
    // An answer is of the type that it says, and no page of another origin may embed it, as a script or whatever else.
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  return cors && incoming ? Object.assign(headers, cors.headersFor(incoming)) : headers;
}
