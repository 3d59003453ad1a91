import { randomUUID } from 'node:crypto';
import { isRequestId } from '@event-tracker/http-contract';

/** Returns the request id that the client chose, if it is valid, or a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && isRequestId(header) ? header : randomUUID();
}
