import type { JsonScalar, PayloadCondition, PayloadPath } from '@event-tracker/core';
import { text, texts } from './literal.ts';

/*
 * What core means by the values at a path, in SQL. A value is the JSON that JSONExtractRaw writes of it: one spelling for
 * each value of each type, which begins with what tells the type.
 *
 * JSONExtractRaw finds what stands at a path that leads through objects alone, and that is nearly always all. Only where it
 * finds nothing, or an array, and there is an array in the payload, is it taken apart array by array.
 */

/** Texts that are looked for at once; beyond, looking for them takes longer than it saves. */
const MAX_NEEDLES = 50;

/**
 * What has to hold of a row for its payload to meet a condition; undefined where only core can tell. A text that is not
 * well-formed is no payload's, but a half of a character may begin one.
 */
export function conditionSql(condition: PayloadCondition): string | undefined {
  const { path } = condition;
  switch (condition.op) {
    case 'exists': {
      const exists = path.every(isStorable) ? existsSql(path) : 'false';
      return condition.operand ? exists : `NOT ${exists}`;
    }
    case 'in':
      return isOneOfSql(path, condition.operands);
    case 'ne':
      return `NOT ${isOneOfSql(path, condition.operands)}`;
    case 'prefix':
      return isStorable(condition.operand)
        ? someTextSql(path, (value) => `startsWith(${value}, ${text(condition.operand)})`)
        : undefined;
    case 'contains':
      return isStorable(condition.operand)
        ? someTextSql(path, (value) => `position(${value}, ${text(condition.operand)}) > 0`)
        : undefined;
    default:
      return comparesSql(path, OPERATORS[condition.op], condition.operand);
  }
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function isOneOfSql(path: PayloadPath, operands: readonly JsonScalar[]): string {
  const values = operands.filter(isStorableScalar).map((operand) => JSON.stringify(operand));
  if (values.length === 0 || !path.every(isStorable)) return 'false';
  const member = `${JSON.stringify(path.at(-1))}:`;
  const needles = [...values, '['].map((start) => member + start);
  // As JSONExtractRaw spells them.
  const spelled = values.map((value) => `JSONExtractRaw(${text(`{"value":${value}}`)}, 'value')`);
  const isOneOf = `arrayExists(value -> has([${spelled.join(', ')}], value), ${scalarsSql(path)})`;
  return needles.length <= MAX_NEEDLES ? `(multiSearchAny(payload, ${texts(needles)}) AND ${isOneOf})` : `(${isOneOf})`;
}

function someTextSql(path: PayloadPath, test: (value: string) => string): string {
  return someSql(path, `startsWith(value, '"') AND ${test('JSONExtractString(value)')}`);
}

function comparesSql(path: PayloadPath, operator: string, operand: number | string): string | undefined {
  if (typeof operand === 'number') return someSql(path, `toFloat64OrNull(value) ${operator} ${numberSql(operand)}`);
  if (!isStorable(operand)) return undefined;
  return someTextSql(path, (value) => `${value} ${operator} ${text(operand)}`);
}

function numberSql(number: number): string {
  return `toFloat64(${text(String(number))})`;
}

function someSql(path: PayloadPath, test: string): string {
  if (!path.every(isStorable)) return 'false';
  const needle = text(`${JSON.stringify(path.at(-1))}:`);
  return `(position(payload, ${needle}) > 0 AND arrayExists(value -> ifNull(${test}, false), ${scalarsSql(path)}))`;
}

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

function existsSql(path: PayloadPath): string {
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

/** Whether a payload can hold a text. */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

function isStorableScalar(value: JsonScalar): boolean {
  if (typeof value === 'string') return isStorable(value);
  return typeof value !== 'number' || Number.isFinite(value);
}
