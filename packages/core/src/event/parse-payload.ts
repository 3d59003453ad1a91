import type { JsonObject, JsonValue } from './event.ts';
import { EXACT_NUMBER_EXPECTED, INEXACT_NUMBER } from './inexact-number.ts';
import { toPointer } from './json-pointer.ts';
import { isPlainObject } from './plain-object.ts';

/** Deepest nesting of a payload; the payload itself is the first level. */
export const MAX_PAYLOAD_DEPTH = 32;

/** The first problem of a payload, and its place (a JSON Pointer within the payload). */
export interface PayloadProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export type PayloadParse =
  | { readonly payload: JsonObject }
  | { readonly problem: PayloadProblem }
  /** Size of the payload's JSON in bytes of UTF-8, which exceeds the limit. */
  | { readonly tooManyBytes: number };

/**
 * Copies an unknown value into a deeply frozen JSON object. Rejects what some store could not return unchanged: values
 * that are not JSON, inexact numbers, U+0000, lone surrogates, `__proto__` as a name, and nesting over 32 levels.
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
  // Excess size is reported first: other problems may be in a part that must be shortened anyway.
  if (walk.bytesAtLeast > walk.stopAtBytes) return { tooManyBytes: walk.bytesAtLeast };
  if (walk.bytesAtMost > maxBytes) {
    const bytes = jsonBytes(payload);
    if (bytes > maxBytes) return { tooManyBytes: bytes };
  }
  return walk.problem ? { problem: walk.problem } : { payload };
}

/** The walk stops at this multiple of the allowed size, because an object may refer to itself many times. */
const STOP_FACTOR = 4;
/** Greatest JSON size of one code unit: `\u001f`. */
const MAX_BYTES_PER_CODE_UNIT = 6;
/** `-0.0000012345678901234567`. */
const MAX_BYTES_PER_NUMBER = 25;

interface Walk {
  /** Names and indexes from the payload to the current value. */
  readonly path: (string | number)[];
  /** The first problem found. The walk continues to measure the size. */
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
  if (value === INEXACT_NUMBER) return reject(walk, 'inexact_number', EXACT_NUMBER_EXPECTED);
  return reject(walk, 'not_json', describeNonJson(value));
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
  // Copying all members in one step is faster and needs less memory than one by one. Each is then checked in the copy.
  const copy: Record<string, unknown> = { ...source };
  for (const symbol of Object.getOwnPropertySymbols(copy)) delete (copy as Record<symbol, unknown>)[symbol];
  for (const name of Object.keys(copy)) {
    walk.path.push(name);
    copyText(name, walk);
    if (name === '__proto__') reject(walk, 'forbidden_name', '__proto__ cannot be used as a name');
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
  // The length of a sparse array can be four billion.
  for (let index = 0; index < source.length && walk.bytesAtLeast <= walk.stopAtBytes; index++) {
    walk.path.push(index);
    copy.push(copyValue(source[index], walk));
    walk.path.pop();
  }
  return Object.freeze(copy);
}

function copyText(text: string, walk: Walk): string {
  count(walk, text.length + 3, text.length * MAX_BYTES_PER_CODE_UNIT + 3);
  if (text.includes('\0')) reject(walk, 'nul_character', 'U+0000 cannot be stored');
  if (!text.isWellFormed()) reject(walk, 'lone_surrogate', 'expected Unicode text, found a lone surrogate');
  return text;
}

function copyNumber(value: number, walk: Walk): number | null {
  count(walk, 2, MAX_BYTES_PER_NUMBER + 1);
  if (!Number.isFinite(value))
    return reject(walk, 'not_json', 'expected a finite number: JSON has neither NaN nor Infinity');
  return value === 0 ? 0 : value; // not -0, whose sign JSON.stringify would drop
}

/** Enters a level; returns false if it is too deep or the size has reached the stop. */
function enter(walk: Walk): boolean {
  count(walk, 3, 3);
  if (walk.path.length >= MAX_PAYLOAD_DEPTH) {
    reject(walk, 'nested_too_deep', `expected at most ${MAX_PAYLOAD_DEPTH} levels of nesting`);
    return false;
  }
  return walk.bytesAtLeast <= walk.stopAtBytes;
}

/** Counts the bytes of a value with a following comma or colon, which the last value of a container does not have. */
function count(walk: Walk, atLeast: number, atMost: number): void {
  walk.bytesAtLeast += atLeast - 1;
  walk.bytesAtMost += atMost;
}

function reject(walk: Walk, code: string, detail: string): null {
  walk.problem ??= { pointer: toPointer(walk.path), code, detail };
  return null;
}

/** Returns the size of a value's JSON in bytes of UTF-8. */
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
