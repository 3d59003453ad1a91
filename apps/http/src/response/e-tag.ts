import { hash } from 'node:crypto';

/** A weak entity tag (RFC 9110, 8.8.3) of a text. */
export function eTagOf(text: string): string {
  return `W/"${hash('sha256', text, 'base64url').slice(0, 22)}"`;
}

/** Whether an If-None-Match field names the tag, compared weakly (RFC 9110, 13.1.2). */
export function isNamedBy(ifNoneMatch: string | undefined, eTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(eTag));
}
