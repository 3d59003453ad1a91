import { isStorable, type PayloadPath } from '@event-tracker/core';
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
  const members = `arrayMap(value -> JSONExtractRaw(value, name), ${unwrapped('found')})`;
  return `arrayFold((found, name) -> arrayFilter(member -> member != '', ${members}), ${texts(path)}, [payload])`;
}

/** Each array among some values replaced by its elements, as often as there may be another one within. */
function unwrapped(values: string): string {
  const elements = `if(startsWith(value, '['), JSONExtractArrayRaw(value), [value])`;
  // Each array has a bracket; none lies deeper than core lets a payload be.
  const rounds = `range(least(32, countSubstrings(payload, '[')))`;
  return `arrayFold((level, round) -> arrayFlatten(arrayMap(value -> ${elements}, level)), ${rounds}, ${values})`;
}

function scalarsOf(values: string): string {
  return `arrayFilter(value -> NOT startsWith(value, '{'), ${values})`;
}
