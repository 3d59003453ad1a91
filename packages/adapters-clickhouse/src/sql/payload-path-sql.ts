import { isStorable, type PayloadPath } from '@event-tracker/core/store';
import { text, texts } from './literal.ts';

/*
 * What core means by the values at a path, in SQL. A value is the JSON that JSONExtractRaw writes of it: one spelling for
 * each value of each type, which begins with what tells the type.
 *
 * JSONExtractRaw finds what stands at a path that leads through objects alone, and that is nearly always all. Only where it
 * finds nothing, or an array, and there is an array in the payload, is it taken apart array by array.
 */

/** The scalars at a path, null among them, as often as they stand there: an array of their JSON. */
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

/** Whether a path leads anywhere; to an empty array, too. */
export function existsSql(path: PayloadPath): string {
  const exists = `JSONHas(payload, ${path.map(text).join(', ')})`;
  return path.length === 1 ? exists : `(${exists} OR ${HAS_ARRAYS} AND notEmpty(${membersSql(path)}))`;
}

const HAS_ARRAYS = `position(payload, '[') > 0`;

/** What stands at a path, arrays on the way standing for each of their elements; those at its end are as they are. */
function membersSql(path: PayloadPath): string {
  const members = `arrayMap(value -> JSONExtractRaw(${readable('value')}, name), ${unwrapped('found')})`;
  return `arrayFold((found, name) -> arrayFilter(member -> member != '', ${members}), ${texts(path)}, [payload])`;
}

/** Each array among some values replaced by its elements, as often as there may be another one within. */
function unwrapped(values: string): string {
  const elements = `if(startsWith(value, '['), JSONExtractArrayRaw(${readable('value')}), [value])`;
  // Each array has a bracket; none lies deeper than core lets a payload be.
  const rounds = `range(least(32, countSubstrings(payload, '[')))`;
  return `arrayFold((level, round) -> arrayFlatten(arrayMap(value -> ${elements}, level)), ${rounds}, ${values})`;
}

/**
 * JSON that JSONExtractRaw wrote, so that the JSON functions can read it again. They write integers beyond 64 bits without
 * an exponent, but do not read them. A text that has as many digits in a string is left as it is.
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
