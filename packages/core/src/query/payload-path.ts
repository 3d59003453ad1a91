import type { JsonValue } from '../event/event.ts';

/** The member names that lead to a place in a payload. */
export type PayloadPath = readonly string[];

/** Greatest length of a path's text, in characters. */
const MAX_PATH_LENGTH = 500;
/** A name without the characters that have a meaning in a path. */
const BARE_NAME = /[^."[\]]+/y;
/** A JSON string (RFC 8259, 7). */
const QUOTED_NAME = /"(?:[^"\\]|\\.)*"/y;

/**
 * Reads a path: names joined by dots, a name with a dot, quote or bracket in it written as a JSON string, as in
 * `user.id` and `"a.b".c`. It ends with the text, or where a bracket opens.
 *
 * @param start where in the text the path begins
 * @returns the path and where it ended, or in `problem` what is wrong and at which character
 */
export function parsePayloadPath(
  text: string,
  start = 0,
): { readonly path: PayloadPath; readonly end: number } | { readonly problem: string } {
  const path: string[] = [];
  for (let at = start; ; at++) {
    const token = matchAt(BARE_NAME, text, at) ?? matchAt(QUOTED_NAME, text, at);
    const name = token?.startsWith('"') ? parseJsonString(token) : token;
    if (token === undefined || name === undefined) return { problem: `expected a name at character ${at}` };
    path.push(name);
    at += token.length;
    if (at - start > MAX_PATH_LENGTH) return { problem: `expected a path of at most ${MAX_PATH_LENGTH} characters` };
    if (at === text.length || text[at] === '[') return { path, end: at };
    if (text[at] !== '.') return { problem: `expected a dot, a bracket or the end at character ${at}` };
  }
}

/** The value of a JSON string literal, or undefined where the text is none. */
export function parseJsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether any value at a path passes a test. Arrays, on the way and at the end, nested ones too, stand for each of their
 * elements; there is no other way into an array.
 */
export function someValueAt(
  value: JsonValue,
  path: PayloadPath,
  test: (value: JsonValue) => boolean,
  depth = 0,
): boolean {
  if (isArray(value)) {
    for (const element of value) if (someValueAt(element, path, test, depth)) return true;
    return false;
  }
  const name = path[depth];
  if (name === undefined) return test(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  return someValueAt(value[name] as JsonValue, path, test, depth + 1);
}

/** Whether a path leads anywhere; to an empty array, too. */
export function existsAt(value: JsonValue, path: PayloadPath, depth = 0): boolean {
  const name = path[depth];
  if (name === undefined) return true;
  if (isArray(value)) return value.some((element) => existsAt(element, path, depth));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  return existsAt(value[name] as JsonValue, path, depth + 1);
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
