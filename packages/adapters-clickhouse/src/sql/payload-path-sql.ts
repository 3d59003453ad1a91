import { isStorable, type PayloadPath } from '@event-tracker/core/store';
import { text, texts } from './literal.ts';

/*
 * The values at a path, as core defines them, in SQL. A value is the JSON text that JSONExtractRaw returns: each value has
 * one spelling, whose first character determines the type.
 *
 * JSONExtractRaw finds a value at a path through objects, which is the usual case. Arrays are unwrapped only if it finds
 * nothing or an array, and the payload contains an array.
 */

/** An array of the JSON of the scalars at a path, including null and duplicates. */
export function scalarsSql(path: PayloadPath): string {
  if (!path.every(isStorable)) return 'emptyArrayString()';
  const raw = `JSONExtractRaw(payload, ${path.map(text).join(', ')})`;
  const behindArrays =
    path.length === 1 ? '' : `${raw} = '' AND ${HAS_ARRAYS}, ${scalarsOf(unwrapped(membersSql(path)))},`;
  return `multiIf(
    ${behindArrays}
    ${raw} = '' OR startsWith(${raw}, '{'), emptyArrayString(),
    startsWith(${raw}, '['), ${scalarsOf(unwrapped(`[${raw}]`))},
    [${raw}])`;
}

/** True if a path exists, even if it leads to an empty array. */
export function existsSql(path: PayloadPath): string {
  const exists = `JSONHas(payload, ${path.map(text).join(', ')})`;
  return path.length === 1 ? exists : `(${exists} OR ${HAS_ARRAYS} AND notEmpty(${membersSql(path)}))`;
}

const HAS_ARRAYS = `position(payload, '[') > 0`;

/** The values at a path, with arrays along the path replaced by their elements. Arrays at its end are kept. */
function membersSql(path: PayloadPath): string {
  const members = `arrayMap(value -> JSONExtractRaw(${readable('value')}, name), ${unwrapped('found')})`;
  return `arrayFold((found, name) -> arrayFilter(member -> member != '', ${members}), ${texts(path)}, [payload])`;
}

/** Replaces each array among values by its elements, repeatedly for nested arrays. */
function unwrapped(values: string): string {
  const elements = `if(startsWith(value, '['), JSONExtractArrayRaw(${readable('value')}), [value])`;
  // Bounded by the number of brackets and by core's maximum depth of a payload.
  const rounds = `range(least(32, countSubstrings(payload, '[')))`;
  return `arrayFold((level, round) -> arrayFlatten(arrayMap(value -> ${elements}, level)), ${rounds}, ${values})`;
}

/**
 * Rewrites JSON that JSONExtractRaw returned, so that the JSON functions can parse it: they write integers beyond 64 bits
 * without an exponent, but reject them. A text with that number of digits in a string is not changed.
 */
function readable(json: string): string {
  const strings = `extractAll(${json}, ${text(String.raw`"(?:[^"\\]|\\.)*"`)})`;
  const isInString = `arrayExists(string -> match(string, '[0-9]{19}'), ${strings})`;
  const hasLargeInteger = `match(${json}, '[0-9]{19}') AND NOT ${isInString}`;
  const withExponents = `replaceRegexpAll(${json}, ${text(String.raw`([\[,:]-?[0-9]{19,21})\b`)}, ${text(String.raw`\1e0`)})`;
  return `if(${hasLargeInteger}, ${withExponents}, ${json})`;
}

function scalarsOf(values: string): string {
  return `arrayFilter(value -> NOT startsWith(value, '{'), ${values})`;
}
