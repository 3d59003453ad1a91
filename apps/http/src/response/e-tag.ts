import { hash } from 'node:crypto';

/** Returns a strong entity tag (RFC 9110, 8.8.3) of a text that is sent byte for byte. */
export function strongETagOf(text: string): string {
  return `"${hash('sha256', text, 'base64url').slice(0, 22)}"`;
}

/** Returns a weak entity tag of a text that is sent compressed in several ways. */
export function weakETagOf(text: string): string {
  return `W/${strongETagOf(text)}`;
}

/** True if an If-None-Match field names the tag, compared weakly (RFC 9110, 13.1.2). */
export function isNamedBy(ifNoneMatch: string | undefined, eTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string): string => tag.replace(/^W\//, '');
  return tagsOf(ifNoneMatch).some((tag) => tag === '*' || opaque(tag) === opaque(eTag));
}

/** True if an If-Match field names the tag, compared strongly (RFC 9110, 13.1.1). */
export function isMatchedBy(ifMatch: string, eTag: string): boolean {
  return tagsOf(ifMatch).some((tag) => tag === '*' || (tag === eTag && tag.startsWith('"')));
}

function tagsOf(field: string): readonly string[] {
  return field.split(',').map((tag) => tag.trim());
}
