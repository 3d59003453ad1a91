import { isStorable, type JsonScalar, type PayloadCondition, type PayloadPath } from '@event-tracker/core/store';
import type { Parameters } from './statement.ts';

/*
 * Conditions on the payload, as far as PostgreSQL can tell. What it finds is what matches and perhaps more: core has the
 * last word. It need not read what it leaves out, that is all.
 *
 * The payload is text as JSON.stringify wrote it: no space outside of strings, one spelling for each value. A search in
 * that text takes a tenth of the time of reading it as JSON; only what depends on more than the text is left to jsonpath.
 * Where core takes an array, however nested, for each of its elements, jsonpath's own unwrapping goes one level deep: it
 * finds less. `.**` goes into objects as well, and finds more.
 */

/** Beyond this, looking for each of many values takes longer than it saves. */
const MAX_NEEDLES = 20;

/** What has to hold of a row for its payload to meet a condition. */
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
    default:
      return [...hasMembers(path, parameters), ...compares(path, condition.op, condition.operand, parameters)];
  }
}

/** Members of these names are somewhere in the payload. */
function hasMembers(path: PayloadPath, parameters: Parameters): string[] {
  return [...new Set(path)].map((name) => hasNeedle(`${JSON.stringify(name)}:`, parameters));
}

/** The last member has one of the values, or an array, in which it may be. */
function hasValue(path: PayloadPath, operands: readonly JsonScalar[], parameters: Parameters): string[] {
  const values = operands.filter(isStorableScalar);
  if (values.length > MAX_NEEDLES) return [];
  const member = `${JSON.stringify(path.at(-1))}:`;
  const needles = [...values.map((value) => JSON.stringify(value)), '['].map((start) => member + start);
  return [`(${needles.map((needle) => hasNeedle(needle, parameters)).join(' OR ')})`];
}

/** The text is somewhere in the payload, as JSON spells it. */
function hasText(text: string, parameters: Parameters): string[] {
  return isStorable(text) ? [hasNeedle(JSON.stringify(text).slice(1, -1), parameters)] : [];
}

function hasNeedle(needle: string, parameters: Parameters): string {
  return `strpos(payload, ${parameters.add(needle)}) > 0`;
}

function compares(path: PayloadPath, op: keyof typeof OPERATORS, operand: number | string, parameters: Parameters) {
  if (!isStorableScalar(operand)) return [];
  const places = `$.${path.map((name) => JSON.stringify(name)).join('.**.')}.**`;
  return [existsSql(`${places} ? (@ ${OPERATORS[op]} $value)`, { value: operand }, parameters)];
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** What one level of unwrapping finds is there for certain: so it must not be. */
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

/** Whether a payload can have the value: no double is infinite there. */
function isStorableScalar(value: JsonScalar): boolean {
  if (typeof value === 'string') return isStorable(value);
  return typeof value !== 'number' || Number.isFinite(value);
}
