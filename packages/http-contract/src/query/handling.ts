/** How a client wants invalid events to be handled. */
export type Handling = 'lenient' | 'strict';

/**
 * Reads the preference `handling` from a `Prefer` field (RFC 7240, 4.4). Other preferences are ignored, as the standard asks;
 * `Preference-Applied` in the response shows whether this one was applied.
 *
 * @example
 * readHandling('respond-async, handling=lenient'); // 'lenient'
 */
export function readHandling(prefer: string | undefined): Handling | undefined {
  if (prefer === undefined) return undefined;
  for (const preference of prefer.split(',')) {
    const [token = ''] = preference.split(';');
    const handling = /^\s*handling\s*=\s*"?(lenient|strict)"?\s*$/i.exec(token)?.[1]?.toLowerCase();
    if (handling === 'lenient' || handling === 'strict') return handling; // the first one counts
  }
  return undefined;
}
