import type { JsonObject, JsonValue } from '../event/event.ts';
import { isJsonArray } from '../event/json-array.ts';
import { hasAtMostCodePoints, isStorable, STORABLE_EXPECTED } from '../event/text.ts';

/** The member names from the payload to a value. */
export type PayloadPath = readonly string[];

/** Greatest length of a path's text, in code points. */
const MAX_PATH_LENGTH = 500;
/** A name without the characters that are special in a path. */
const BARE_NAME = /[^."[\]]+/y;

/**
 * Parses a path: names joined by dots, as in `user.id`. A name that contains a dot, quote or bracket is written as a JSON
 * string, as in `"a.b".c`. The path ends at an opening bracket or at the end of the text.
 *
 * @param start index at which the path begins
 * @returns the path and the index at which it ends, or a `problem` that names the character, counted from 0
 */
export function parsePayloadPath(
  text: string,
  start = 0,
): { readonly path: PayloadPath; readonly end: number } | { readonly problem: string } {
  const path: string[] = [];
  for (let at = start; ; ) {
    const end = text[at] === '"' ? endOfJsonString(text, at) : endOfBareName(text, at);
    const token = text.slice(at, end);
    const name = token.startsWith('"') ? parseJsonString(token) : token;
    if (token === '' || name === undefined) return { problem: `expected a name at character ${at}` };
    if (!isStorable(name)) return { problem: `${STORABLE_EXPECTED} at character ${at}` };
    path.push(name);
    if (!hasAtMostCodePoints(text.slice(start, end), MAX_PATH_LENGTH))
      return { problem: `expected a path of at most ${MAX_PATH_LENGTH} characters` };
    if (end === text.length || text[end] === '[') return { path, end };
    if (text[end] !== '.') return { problem: `expected a dot, a bracket or the end at character ${end}` };
    at = end + 1;
  }
}

function endOfBareName(text: string, at: number): number {
  BARE_NAME.lastIndex = at;
  return BARE_NAME.test(text) ? BARE_NAME.lastIndex : at;
}

/** Returns the index after a JSON string (RFC 8259, 7) that begins at a quote, or the length of the text if it is not closed. */
export function endOfJsonString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

/** Returns the value of a JSON string, or undefined if the text is not one. */
export function parseJsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse accepts white space around the string.
    return typeof value === 'string' && /^".*"$/s.test(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * True if some value at a path passes a test. An array anywhere on the path stands for each of its elements, including nested
 * arrays; a path cannot select an element by index.
 */
export function someValueAt(
  value: JsonValue,
  path: PayloadPath,
  test: (value: JsonValue) => boolean,
  depth = 0,
): boolean {
  if (isJsonArray(value)) {
    for (const element of value) if (someValueAt(element, path, test, depth)) return true;
    return false;
  }
  const name = path[depth];
  if (name === undefined) return test(value);
  const member = memberOf(value, name);
  return member !== undefined && someValueAt(member, path, test, depth + 1);
}

/** Returns `someValueAt` for one path and test as a function that is fast for many payloads. */
export function compileSomeValue(
  path: PayloadPath,
  test: (value: JsonValue) => boolean,
): (payload: JsonObject) => boolean {
  const [name, ...others] = path;
  if (name === undefined || others.length > 0) return (payload) => someValueAt(payload, path, test);
  // A single name is the usual case, and runs for millions of events.
  return (payload) => {
    const member = memberOf(payload, name);
    return typeof member === 'object' ? someValueAt(member, [], test) : member !== undefined && test(member);
  };
}

/**
 * Returns a member of an object, or undefined. Does not use `Object.hasOwn`, which is slower than everything else here:
 * inherited members are functions, which JSON does not have, or `__proto__`, which no payload has.
 */
function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || name === '__proto__') return undefined;
  const member = (value as JsonObject)[name];
  return typeof member === 'function' ? undefined : member;
}

/** True if a path exists, even if it leads to an empty array. */
export function existsAt(value: JsonValue, path: PayloadPath, depth = 0): boolean {
  const name = path[depth];
  if (name === undefined) return true;
  if (isJsonArray(value)) return value.some((element) => existsAt(element, path, depth));
  const member = memberOf(value, name);
  return member !== undefined && existsAt(member, path, depth + 1);
}
