import { createRequestError } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';
import { isMatchedBy, isNamedBy } from './e-tag.ts';

/** True if a request has preconditions (RFC 9110, 13). */
export function isConditional(c: AppContext): boolean {
  return c.req.header('if-match') !== undefined || c.req.header('if-none-match') !== undefined;
}

/** @throws RequestError precondition_failed if If-Match does not name the tag */
export function requireMatch(c: AppContext, eTag: string): void {
  const ifMatch = c.req.header('if-match');
  if (ifMatch !== undefined && !isMatchedBy(ifMatch, eTag))
    throw createRequestError('precondition_failed', `If-Match does not name ${eTag}, the ETag of the event`);
}

/** @throws RequestError precondition_failed if If-None-Match names the tag, for methods other than GET and HEAD */
export function requireNoneMatch(c: AppContext, eTag: string): void {
  if (isNamedBy(c.req.header('if-none-match'), eTag))
    throw createRequestError('precondition_failed', `If-None-Match names ${eTag}, the ETag of the event`);
}
