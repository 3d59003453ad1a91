import {
  isStorable,
  type JsonScalar,
  likePatternOf,
  type PayloadCondition,
  type PayloadPath,
} from '@event-tracker/core/store';
import type { Parameters } from './statement.ts';

/*
 * Translates payload conditions to SQL. The SQL accepts all rows that match and possibly others, which core rechecks.
 *
 * The payload is the text that JSON.stringify wrote: no space outside strings, one spelling for each value. Searching that
 * text needs a tenth of the time of parsing it, so jsonpath is used only where a text search does not suffice. Core treats
 * nested arrays as their elements; jsonpath unwraps only one level and so finds fewer rows, while `.**` also descends into
 * objects and finds more.
 */

/** Searching for more values costs more than it saves. */
const MAX_NEEDLES = 20;

/** Returns the SQL conditions that are necessary for a payload to meet a condition. */
export function payloadSql(condition: PayloadCondition, parameters: Parameters): readonly string[] {
  const { path } = condition;
  if (path.length === 0 || !path.every(isStorable)) return [];
  switch (condition.op) {
    case 'in':
      return [...hasMembers(path, parameters), ...hasValue(path, condition.operands, parameters)];
    case 'ne':
      return lacksValue(path, condition.operands, parameters);
    case 'exists':
      return condition.operand ? hasMembers(path, parameters) : lacksMember(path, parameters);
    case 'prefix':
    case 'contains':
      return [...hasMembers(path, parameters), ...hasText(condition.operand, parameters)];
    case 'icontains':
      return [...hasMembers(path, parameters), ...hasTextIgnoringCase(condition.operand, parameters)];
    default:
      return [...hasMembers(path, parameters), ...compares(path, condition.op, condition.operand, parameters)];
  }
}

/** Requires members with these names anywhere in the payload. */
function hasMembers(path: PayloadPath, parameters: Parameters): string[] {
  return [...new Set(path)].map((name) => hasNeedle(`${JSON.stringify(name)}:`, parameters));
}

/** Requires that the last member has one of the values, or an array, which can contain it. */
function hasValue(path: PayloadPath, operands: readonly JsonScalar[], parameters: Parameters): string[] {
  const values = operands.filter(isStorableScalar);
  if (values.length > MAX_NEEDLES) return [];
  const member = `${JSON.stringify(path.at(-1))}:`;
  const needles = [...values.map((value) => JSON.stringify(value)), '['].map((start) => member + start);
  return [`(${needles.map((needle) => hasNeedle(needle, parameters)).join(' OR ')})`];
}

/** Requires the text anywhere in the payload, as JSON. */
function hasText(text: string, parameters: Parameters): string[] {
  return isStorable(text) ? [hasNeedle(JSON.stringify(text).slice(1, -1), parameters)] : [];
}

function hasTextIgnoringCase(text: string, parameters: Parameters): string[] {
  return isStorable(text) ? [isLike('payload', JSON.stringify(text).slice(1, -1), parameters)] : [];
}

/** Returns the SQL condition that is necessary for a text to occur in the type or the payload of an event, ignoring case. */
export function searchSql(text: string, parameters: Parameters): readonly string[] {
  if (!isStorable(text)) return [];
  const ofPayload = hasTextIgnoringCase(text, parameters);
  return [`(${[isLike('event_type', text, parameters), ...ofPayload].join(' OR ')})`];
}

/** In the collation "C", ILIKE ignores the case of ASCII letters only, in every database. */
function isLike(column: string, text: string, parameters: Parameters): string {
  return `${column} COLLATE "C" ILIKE ${parameters.add(likePatternOf(text))}`;
}

function hasNeedle(needle: string, parameters: Parameters): string {
  return `strpos(payload, ${parameters.add(needle)}) > 0`;
}

function compares(path: PayloadPath, op: keyof typeof OPERATORS, operand: number | string, parameters: Parameters) {
  if (!isStorableScalar(operand)) return [];
  const paths = `$.${path.map((name) => JSON.stringify(name)).join('.**.')}.**`;
  return [existsSql(`${paths} ? (@ ${OPERATORS[op]} $value)`, { value: operand }, parameters)];
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** Excludes rows in which jsonpath finds one of the values: such a row cannot match. */
function lacksValue(path: PayloadPath, operands: readonly JsonScalar[], parameters: Parameters): string[] {
  const values = operands.filter(isStorableScalar);
  if (values.length === 0) return [];
  return [lacks(path, existsSql(`${plainPath(path)} ? (@ == $values[*])`, { values }, parameters), parameters)];
}

function lacksMember(path: PayloadPath, parameters: Parameters): string[] {
  return [lacks(path, existsSql(plainPath(path), {}, parameters), parameters)];
}

function lacks(path: PayloadPath, exists: string, parameters: Parameters): string {
  const member = `${JSON.stringify(path.at(-1))}:`;
  return `(strpos(payload, ${parameters.add(member)}) = 0 OR NOT ${exists})`;
}

function plainPath(path: PayloadPath): string {
  return `$.${path.map((name) => JSON.stringify(name)).join('.')}`;
}

function existsSql(jsonpath: string, variables: object, parameters: Parameters): string {
  const path = `${parameters.add(jsonpath)}::jsonpath`;
  return `jsonb_path_exists(payload::jsonb, ${path}, ${parameters.add(JSON.stringify(variables))}::jsonb)`;
}

/** True if a payload can contain the value. JSON has no infinite numbers. */
function isStorableScalar(value: JsonScalar): boolean {
  if (typeof value === 'string') return isStorable(value);
  return typeof value !== 'number' || Number.isFinite(value);
}
