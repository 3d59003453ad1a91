import { createInvalidQueryError, describeUnknownParameters, type QueryProblem } from '@event-tracker/core/schemas';

/** The parameters that a route knows, and whether each may be repeated; `payload.*` matches every name with this prefix, and `*` every name. */
export type KnownParameters = Readonly<Record<string, 'once' | 'repeatable'>>;

/** Matches every name. */
const ANY = '*';
const PAYLOAD_PREFIX = 'payload.';

/** The values of the parameters of a URL, by name. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>;

/**
 * Parses the query string of a URL strictly: nothing is ignored.
 *
 * @throws InvalidQueryError naming every parameter that is unknown, repeated or cannot be decoded
 */
export function readQueryString(url: string, known: KnownParameters): QueryParameters {
  const parameters = new Map<string, string[]>();
  const unknown: string[] = [];
  const problems: QueryProblem[] = [];
  for (const pair of pairsOf(url)) {
    const [name, value] = decodePair(pair);
    if (name === undefined || value === undefined) {
      problems.push({
        parameter: name ?? nameIn(pair),
        code: 'invalid_encoding',
        detail: 'expected percent-encoded UTF-8',
      });
    } else if (!isKnown(name, known)) {
      unknown.push(name);
    } else {
      const values = parameters.get(name);
      if (!values) parameters.set(name, [value]);
      else if (values.push(value) === 2 && known[name] === 'once')
        problems.push({ parameter: name, code: 'repeated_parameter', detail: 'expected once' });
    }
  }
  if (unknown.length > 0) problems.unshift(...describeUnknownParameters(unknown, Object.keys(known).map(toShownName)));
  if (problems.length > 0) throw createInvalidQueryError(problems);
  return parameters;
}

/** Returns the encoded name; never the value, which can be a key. */
function nameIn(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}

function isKnown(name: string, known: KnownParameters): boolean {
  if (Object.hasOwn(known, ANY)) return true;
  return name.startsWith(PAYLOAD_PREFIX) ? Object.hasOwn(known, `${PAYLOAD_PREFIX}*`) : Object.hasOwn(known, name);
}

function pairsOf(url: string): readonly string[] {
  const [beforeFragment = ''] = url.split('#', 1);
  const start = beforeFragment.indexOf('?');
  return start === -1
    ? []
    : beforeFragment
        .slice(start + 1)
        .split('&')
        .filter((pair) => pair !== '');
}

function decodePair(pair: string): readonly (string | undefined)[] {
  const end = pair.indexOf('=');
  return end === -1 ? [decode(pair), ''] : [decode(pair.slice(0, end)), decode(pair.slice(end + 1))];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function toShownName(name: string): string {
  return name === `${PAYLOAD_PREFIX}*` ? `${PAYLOAD_PREFIX}PATH` : name;
}
