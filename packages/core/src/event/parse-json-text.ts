import { randomHex } from '../runtime/random.ts';
import { isExactNumber } from './exact-number.ts';
import { hasInexactNumber, INEXACT_NUMBER } from './inexact-number.ts';

/** Prefix of placeholder names. It cannot be guessed, so no text contains it. */
let placeholderPrefix: string | undefined;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/**
 * Works like `JSON.parse`, but keeps escaped member names intact. V8 12.8 to 14.6 (Node 24 and 26) confuses an escaped name
 * with the name of an object parsed earlier that begins with the same characters: after `{"\\":1}` it reads the name `"\n"` as
 * a backslash (nodejs/node#63785).
 *
 * A text with escaped names, which is rare, is therefore parsed again with placeholders for these names.
 *
 * @throws SyntaxError
 */
export function parseJsonText(text: string): unknown {
  return parseWithNames(text, JSON.parse);
}

/**
 * Works like `parseJsonText`, but returns `INEXACT_NUMBER` for a number that a double cannot represent exactly. Events with
 * such a number are rejected, so that no number of a client is changed silently.
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

  const placeholders = new Map<string, string>();
  const pieces: string[] = [];
  let end = 0;
  for (const name of escaped) {
    pieces.push(text.slice(end, name.start), JSON.stringify(placeholderOf(name.name, placeholders)));
    end = name.end;
  }
  pieces.push(text.slice(end));
  const names = new Map([...placeholders].map(([name, placeholder]) => [placeholder, name]));
  return restoreNames(parse(pieces.join('')), names);
}

interface EscapedName {
  /** Position in the text, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Returns the names with an escape in a valid JSON text. */
function findEscapedNames(text: string): readonly EscapedName[] {
  const found: EscapedName[] = [];
  for (let at = text.indexOf('\\'); at !== -1; ) {
    // This is the first escape of its string, so no quote lies in between.
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

/** Returns the name itself if it can be written without an escape, else a placeholder. */
function placeholderOf(name: string, placeholders: Map<string, string>): string {
  if (JSON.stringify(name).length === name.length + 2) return name;
  placeholderPrefix ??= randomHex(16);
  const placeholder = placeholders.get(name) ?? `${placeholderPrefix}${placeholders.size}`;
  placeholders.set(name, placeholder);
  return placeholder;
}

/** Returns the value with the original names instead of placeholders, in the same order. */
function restoreNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => restoreNames(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names.get(name) ?? name, restoreNames(member, names)]),
  );
}
