import { randomHex } from '../runtime/random.ts';
import { hasInexactNumber, INEXACT_NUMBER, isExactNumber } from './exact-number.ts';

/** Begins the names that stand in for others. It cannot be guessed, so no text contains it. */
let standInPrefix: string | undefined;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/**
 * `JSON.parse`, but the names of members are those that were written. V8 12.8 to 14.6 (Node 24 and 26) reads an escaped
 * name as the name of another object parsed before, where that begins with the same characters: after `{"\\":1}` the
 * name `"\n"` is read as a backslash (nodejs/node#63785).
 *
 * So a text with escaped names, which is rare, is parsed again with other names in their place.
 *
 * @throws SyntaxError
 */
export function parseJsonText(text: string): unknown {
  return parseWithNames(text, JSON.parse);
}

/**
 * The same for JSON that a client sent: a number whose text says more than a double holds is `INEXACT_NUMBER`, which no
 * event may hold, so that no number is changed silently.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  const parsed = parseJsonText(text);
  return hasInexactNumber(text) ? parseWithNames(text, parseMarkingInexact) : parsed;
}

/** ECMAScript 2026 passes the source text of each primitive to the reviver; TypeScript's types do not have it yet. */
type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

const markInexact: Reviver = (_name, value, { source }) =>
  typeof value === 'number' && source !== undefined && !isExactNumber(source) ? INEXACT_NUMBER : value;

function parseMarkingInexact(text: string): unknown {
  return JSON.parse(text, markInexact as Parameters<typeof JSON.parse>[1]);
}

function parseWithNames(text: string, parse: (text: string) => unknown): unknown {
  const parsed = parse(text);
  const escaped = findEscapedNames(text);
  if (escaped.length === 0) return parsed;

  const standIns = new Map<string, string>();
  const pieces: string[] = [];
  let end = 0;
  for (const name of escaped) {
    pieces.push(text.slice(end, name.start), JSON.stringify(standInFor(name.name, standIns)));
    end = name.end;
  }
  pieces.push(text.slice(end));
  const names = new Map([...standIns].map(([name, standIn]) => [standIn, name]));
  return withNames(parse(pieces.join('')), names);
}

interface EscapedName {
  /** Where it stands in the text, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Finds the names with an escape in a text that is known to be JSON. */
function findEscapedNames(text: string): readonly EscapedName[] {
  const found: EscapedName[] = [];
  for (let at = text.indexOf('\\'); at !== -1; ) {
    // The first escape of its string: no quote lies in between.
    const start = text.lastIndexOf('"', at);
    let end = at;
    while (text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    end++;
    if (isFollowedByColon(text, end)) found.push({ start, end, name: JSON.parse(text.slice(start, end)) as string });
    at = text.indexOf('\\', end);
  }
  return found;
}

function isFollowedByColon(text: string, end: number): boolean {
  let i = end;
  while (text.charCodeAt(i) <= 0x20) i++;
  return text[i] === ':';
}

/** The name itself where it can be written without an escape, else one that can. */
function standInFor(name: string, standIns: Map<string, string>): string {
  if (JSON.stringify(name).length === name.length + 2) return name;
  standInPrefix ??= randomHex(16);
  const standIn = standIns.get(name) ?? `${standInPrefix}${standIns.size}`;
  standIns.set(name, standIn);
  return standIn;
}

/** The same value with the names that others stood in for; the order of members is kept. */
function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withNames(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names.get(name) ?? name, withNames(member, names)]),
  );
}
