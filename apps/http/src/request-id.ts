import { randomUUID } from 'node:crypto';

/** The ids that clients may give their requests. */
export const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's own request id where it is harmless in a header and a log line, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
}
