import type { JsonObject, JsonValue } from './event.ts';
import { EXACT_NUMBER_EXPECTED, INEXACT_NUMBER } from './exact-number.ts';
import { isPlainObject } from './plain-object.ts';
import { shorten } from './text.ts';

/** Deepest nesting of a payload; the payload itself is the first level. */
export const MAX_PAYLOAD_DEPTH = 32;

/** What is wrong with a payload: the first thing found, and where (a JSON Pointer within the payload). */
export interface PayloadProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export type PayloadParse =
  | { readonly payload: JsonObject }
  | { readonly problem: PayloadProblem }
  /** UTF-8 bytes of the payload's JSON, more than allowed. */
  | { readonly tooManyBytes: number };

/**
 * Copies an unknown value into a deeply frozen JSON object, and refuses what not every store could return
 * unchanged: values that are not JSON, inexact numbers, U+0000, lone surrogates, `__proto__` as a name, nesting over 32.
 *
 * @param maxBytes greatest size of the payload's JSON in UTF-8
 */
export function parsePayload(value: unknown, maxBytes: number): PayloadParse {
  if (!isPlainObject(value))
    return { problem: { pointer: '', code: 'invalid_payload', detail: describeNonObject(value) } };
  const walk: Walk = {
    path: [],
    problem: undefined,
    bytesAtLeast: 0,
    bytesAtMost: 0,
    stopAtBytes: maxBytes * STOP_FACTOR,
  };
  const payload = copyObject(value, walk);
  // Whoever sends too much learns that first: the problems of what must be cut anyway are of no interest.
  if (walk.bytesAtLeast > walk.stopAtBytes) return { tooManyBytes: walk.bytesAtLeast };
  if (walk.bytesAtMost > maxBytes) {
    const bytes = jsonBytes(payload);
    if (bytes > maxBytes) return { tooManyBytes: bytes };
  }
  return walk.problem ? { problem: walk.problem } : { payload };
}

/** An object that refers to itself many times over is no longer followed at this multiple of the allowed size. */
const STOP_FACTOR = 4;
/** `\u001f`: the most that one code unit takes in JSON. */
const MAX_BYTES_PER_CODE_UNIT = 6;
/** `-0.0000012345678901234567`. */
const MAX_BYTES_PER_NUMBER = 25;

interface Walk {
  /** The names and positions that lead to where the walk is. */
  readonly path: (string | number)[];
  /** The first thing found wrong; the walk goes on for the sake of the size. */
  problem: PayloadProblem | undefined;
  bytesAtLeast: number;
  bytesAtMost: number;
  readonly stopAtBytes: number;
}

function copyValue(value: unknown, walk: Walk): JsonValue {
  switch (typeof value) {
    case 'string':
      return copyText(value, walk);
    case 'number':
      return copyNumber(value, walk);
    case 'boolean':
      count(walk, 5, 6);
      return value;
    case 'object':
      if (value === null) {
        count(walk, 5, 5);
        return null;
      }
      if (Array.isArray(value)) return copyArray(value, walk);
      if (isPlainObject(value)) return copyObject(value, walk);
  }
  count(walk, 5, 5); // like null, which JSON.stringify writes in its place
  if (value === INEXACT_NUMBER) return refuse(walk, 'inexact_number', EXACT_NUMBER_EXPECTED);
  return refuse(walk, 'not_json', describeNonJson(value));
}

function describeNonObject(value: unknown): string {
  if (typeof value === 'string') return 'expected a JSON object, found a string: send the object, not its JSON as text';
  return Array.isArray(value) ? 'expected a JSON object, found an array' : 'expected a JSON object';
}

/** What to send in place of values that JSON does not have, by what `Object.prototype.toString` calls them. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['[object Undefined]', 'found undefined: leave the member out, or send null'],
  ['[object BigInt]', 'found a BigInt: send a number or a string'],
  ['[object Date]', 'found a Date: send date.toISOString()'],
  ['[object Map]', 'found a Map: send Object.fromEntries(map)'],
  ['[object Set]', 'found a Set: send [...set]'],
]);

function describeNonJson(value: unknown): string {
  const found = REPLACEMENTS.get(Object.prototype.toString.call(value));
  return `expected a JSON value, ${found ?? 'found none: send a string, a number, true, false, null, an array or a plain object'}`;
}

function copyObject(source: Record<string, unknown>, walk: Walk): JsonObject {
  if (!enter(walk)) return {};
  // At once, which is quicker and takes less memory than member by member; then each is looked at where it is now.
  const copy: Record<string, unknown> = { ...source };
  for (const symbol of Object.getOwnPropertySymbols(copy)) delete (copy as Record<symbol, unknown>)[symbol];
  for (const name of Object.keys(copy)) {
    walk.path.push(name);
    copyText(name, walk);
    if (name === '__proto__') refuse(walk, 'forbidden_name', '__proto__ cannot be used as a name');
    else copyMember(copy, name, walk);
    walk.path.pop();
  }
  return Object.freeze(copy as JsonObject);
}

function copyMember(copy: Record<string, unknown>, name: string, walk: Walk): void {
  const value = copy[name];
  const copied = copyValue(value, walk);
  if (!Object.is(copied, value)) copy[name] = copied;
}

function copyArray(source: readonly unknown[], walk: Walk): readonly JsonValue[] {
  const copy: JsonValue[] = [];
  if (!enter(walk)) return copy;
  // An array may claim four thousand million items and hold none.
  for (let index = 0; index < source.length && walk.bytesAtLeast <= walk.stopAtBytes; index++) {
    walk.path.push(index);
    copy.push(copyValue(source[index], walk));
    walk.path.pop();
  }
  return Object.freeze(copy);
}

function copyText(text: string, walk: Walk): string {
  count(walk, text.length + 3, text.length * MAX_BYTES_PER_CODE_UNIT + 3);
  if (text.includes('\0')) refuse(walk, 'nul_character', 'U+0000 cannot be stored');
  if (!text.isWellFormed()) refuse(walk, 'lone_surrogate', 'expected Unicode text, found a lone surrogate');
  return text;
}

function copyNumber(value: number, walk: Walk): number | null {
  count(walk, 2, MAX_BYTES_PER_NUMBER + 1);
  if (!Number.isFinite(value))
    return refuse(walk, 'not_json', 'expected a finite number: JSON has neither NaN nor Infinity');
  return value === 0 ? 0 : value; // no -0: JSON.stringify would drop its sign
}

/** Goes one level down, unless that is too deep or the walk has gone on for too long. */
function enter(walk: Walk): boolean {
  count(walk, 3, 3);
  if (walk.path.length >= MAX_PAYLOAD_DEPTH) {
    refuse(walk, 'nested_too_deep', `expected at most ${MAX_PAYLOAD_DEPTH} levels of nesting`);
    return false;
  }
  return walk.bytesAtLeast <= walk.stopAtBytes;
}

/** Counts the bytes of a value with the comma or colon behind it, which the last value of a container lacks. */
function count(walk: Walk, atLeast: number, atMost: number): void {
  walk.bytesAtLeast += atLeast - 1;
  walk.bytesAtMost += atMost;
}

function refuse(walk: Walk, code: string, detail: string): null {
  walk.problem ??= { pointer: toPointer(walk.path), code, detail };
  return null;
}

/** A JSON Pointer (RFC 6901), with long names cut so that an answer stays short. */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${shorten(String(step)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The UTF-8 bytes that a value's JSON takes. */
function jsonBytes(value: JsonValue): number {
  const json = JSON.stringify(value);
  let bytes = json.length;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit > 0x7f) bytes++;
    // Each half of a surrogate pair counts for two bytes of the pair's four.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes++;
  }
  return bytes;
}
