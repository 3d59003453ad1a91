import { createRequestError } from '@event-tracker/http-contract';
import { parseAccept } from 'hono/utils/accept';

/**
 * Returns the media type that an Accept field prefers (RFC 9110, 12.5.1); on a tie, the first.
 *
 * @throws RequestError not_acceptable, naming the available types
 */
export function negotiate<Type extends string>(accept: string | undefined, types: readonly Type[]): Type {
  const ranges = parseAccept(accept?.trim() || '*/*');
  const quality = (type: Type): number => {
    const covering = ranges.filter((range) => covers(range.type.toLowerCase(), type));
    return covering.sort((a, b) => specificity(b.type) - specificity(a.type))[0]?.q ?? 0;
  };
  const best = types.reduce((a, b) => (quality(b) > quality(a) ? b : a));
  if (quality(best) > 0) return best;
  throw createRequestError('not_acceptable', `Accept matches none of ${types.join(', ')}`);
}

function covers(range: string, type: string): boolean {
  return range === type || isAny(range) || range === `${type.slice(0, type.indexOf('/'))}/*`;
}

function specificity(range: string): number {
  if (isAny(range)) return 0;
  return range.endsWith('/*') ? 1 : 2;
}

/** Some clients, such as Java's HttpURLConnection, send an asterisk alone. */
function isAny(range: string): boolean {
  return range === '*/*' || range === '*';
}
