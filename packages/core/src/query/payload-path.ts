import type { JsonObject, JsonValue } from '../event/event.ts';
import { hasAtMostCodePoints, isStorable, STORABLE_EXPECTED } from '../event/text.ts';

/** The member names that lead to a place in a payload. */
export type PayloadPath = readonly string[];

/** Greatest length of a path's text, in code points. */
const MAX_PATH_LENGTH = 500;
/** A name without the characters that have a meaning in a path. */
const BARE_NAME = /[^."[\]]+/y;

/**
 * Reads a path: names joined by dots, a name with a dot, quote or bracket in it written as a JSON string, as in
 * `user.id` and `"a.b".c`. It ends with the text, or where a bracket opens.
 *
 * @param start where in the text the path begins
 * @returns the path and where it ended, or in `problem` what is wrong and at which character, counted from 0
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

/** Where a JSON string (RFC 8259, 7) ends that begins at a quote; the end of the text where it is not closed. */
export function endOfJsonString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

/** The value of a JSON string literal, or undefined where the text is none. */
export function parseJsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse lets white space pass.
    return typeof value === 'string' && /^".*"$/s.test(text) ? value : undefined;
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
  const member = memberOf(value, name);
  return member !== undefined && someValueAt(member, path, test, depth + 1);
}

/** The same as a test of many payloads. */
export function compileSomeValue(
  path: PayloadPath,
  test: (value: JsonValue) => boolean,
): (payload: JsonObject) => boolean {
  const [name, ...others] = path;
  if (name === undefined || others.length > 0) return (payload) => someValueAt(payload, path, test);
  // The usual case, and millions of events go through it.
  return (payload) => {
    const member = memberOf(payload, name);
    return typeof member === 'object' ? someValueAt(member, [], test) : member !== undefined && test(member);
  };
}

/**
 * The member of a name, where there is one. To ask first whether it is the object's own takes longer than all the rest;
 * what it inherits are functions, which JSON has none of, and `__proto__`, which no payload has.
 */
function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || name === '__proto__') return undefined;
  const member = (value as JsonObject)[name];
  return typeof member === 'function' ? undefined : member;
}

/** Whether a path leads anywhere; to an empty array, too. */
export function existsAt(value: JsonValue, path: PayloadPath, depth = 0): boolean {
  const name = path[depth];
  if (name === undefined) return true;
  if (isArray(value)) return value.some((element) => existsAt(element, path, depth));
  const member = memberOf(value, name);
  return member !== undefined && existsAt(member, path, depth + 1);
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
