import type { JsonValue } from '@event-tracker/core';
import { MAX_PAYLOAD_OPERAND_LENGTH, parsePayloadPath } from '@event-tracker/core/schemas';

/** Text that a filter would read as a number, a literal or a quoted string. */
const LITERAL = /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null|".*)$/is;

/** Returns a path as filters write it: `user.id`, or `"a.b".c` where a name has a special character. */
export function formatPath(names: readonly string[]): string {
  return names.map((name) => (/^[^."[\]]+$/.test(name) ? name : JSON.stringify(name))).join('.');
}

/** Returns a value as filters write it; undefined if it is too long to be one. */
export function formatValue(value: Exclude<JsonValue, object> | null): string | undefined {
  const text = typeof value === 'string' && !LITERAL.test(value) ? value : JSON.stringify(value);
  return text.length <= MAX_PAYLOAD_OPERAND_LENGTH ? text : undefined;
}

/** Returns the paths of the scalars in payloads, in the order in which they are found, up to a number. */
export function samplePaths(payloads: readonly JsonValue[], max: number): readonly string[] {
  const found = new Set<string>();
  for (const payload of payloads) {
    if (found.size >= max) break;
    collect(payload, [], found, max);
  }
  return [...found];
}

function collect(value: JsonValue, names: readonly string[], found: Set<string>, max: number): void {
  if (found.size >= max) return;
  if (Array.isArray(value)) {
    // An array on a path stands for each of its elements. The first ones show what the others look like.
    for (const element of value.slice(0, 5)) collect(element, names, found, max);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) collect(member, [...names, name], found, max);
  } else if (names.length > 0) {
    found.add(formatPath(names));
  }
}

/** Returns the scalars at a path, an array standing for each of its elements. */
export function valuesAt(value: JsonValue | undefined, names: readonly string[]): readonly JsonValue[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((element: JsonValue) => valuesAt(element, names));
  const [name, ...rest] = names;
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt((value as Readonly<Record<string, JsonValue>>)[name], rest);
}

/** Returns the names of a path: the inverse of `formatPath`. Returns undefined if the text is not a path. */
export function parsePath(text: string): readonly string[] | undefined {
  const parsed = parsePayloadPath(text);
  return 'path' in parsed && parsed.end === text.length ? parsed.path : undefined;
}
