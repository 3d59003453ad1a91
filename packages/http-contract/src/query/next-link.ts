/** A link to the next page in a `Link` field (RFC 8288), as the server writes it. */
const NEXT_LINK = /<([^>]*)>\s*;\s*rel="?next"?/i;

/** Reads the value of a parameter of the next page from a `Link` field. Returns undefined on the last page. */
export function readNextLink(link: string | null, parameter: 'after' | 'cursor'): string | undefined {
  const [, url = ''] = NEXT_LINK.exec(link ?? '') ?? [];
  const [, encoded] = new RegExp(`[?&]${parameter}=([^&#]*)`).exec(url) ?? [];
  return encoded === undefined ? undefined : decodeURIComponent(encoded.replaceAll('+', ' '));
}
