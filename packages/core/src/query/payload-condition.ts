import type { JsonObject, JsonValue } from '../event/event.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { compileSomeValue, existsAt, type PayloadPath } from './payload-path.ts';

/** A value that a condition can name. */
export type JsonScalar = null | boolean | number | string;

/** What the payload of an event has to have at a path. */
export type PayloadCondition =
  /** Any value there is one of these, by JSON type and value. */
  | { readonly path: PayloadPath; readonly op: 'in'; readonly operands: readonly JsonScalar[] }
  /** No value there is one of these, also because there is none. */
  | { readonly path: PayloadPath; readonly op: 'ne'; readonly operands: readonly JsonScalar[] }
  /** Any value there of the operand's type stands so to it: numbers by size, strings by code points. */
  | { readonly path: PayloadPath; readonly op: ComparisonOperator; readonly operand: number | string }
  /** The path leads somewhere, or nowhere; null and an empty array are somewhere. */
  | { readonly path: PayloadPath; readonly op: 'exists'; readonly operand: boolean }
  /** Any string there begins with the operand, or has it within; upper and lower case differ. */
  | { readonly path: PayloadPath; readonly op: 'prefix' | 'contains'; readonly operand: string };

export type ComparisonOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** What a condition means: makes the test that it is of a payload. */
export function compileCondition(condition: PayloadCondition): (payload: JsonObject) => boolean {
  const { path } = condition;
  if (condition.op === 'exists') return (payload) => existsAt(payload, path) === condition.operand;
  const isMetBy = compileSomeValue(path, compileValueTest(condition));
  return condition.op === 'ne' ? (payload) => !isMetBy(payload) : isMetBy;
}

function compileValueTest(
  condition: Exclude<PayloadCondition, { readonly op: 'exists' }>,
): (value: JsonValue) => boolean {
  switch (condition.op) {
    case 'in':
    case 'ne': {
      const [first, ...others] = condition.operands;
      const operands = new Set<JsonValue>(others);
      return others.length === 0 ? (value) => value === first : (value) => value === first || operands.has(value);
    }
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(condition.operand);
    case 'contains':
      return (value) => typeof value === 'string' && value.includes(condition.operand);
    default:
      return (value) => compares(value, condition.op, condition.operand);
  }
}

function compares(value: JsonValue, op: ComparisonOperator, operand: number | string): boolean {
  const order = orderOf(value, operand);
  if (order === undefined) return false;
  switch (op) {
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
  }
}

/** Negative, zero or positive as the value is below, at or above the operand; undefined where they are of two types. */
function orderOf(value: JsonValue, operand: number | string): number | undefined {
  if (typeof value === 'number' && typeof operand === 'number') return value < operand ? -1 : Number(value > operand);
  if (typeof value === 'string' && typeof operand === 'string') return compareCodePoints(value, operand);
  return undefined;
}
