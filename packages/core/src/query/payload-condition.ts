import type { JsonObject, JsonValue } from '../event/event.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { compileContainsIgnoringCase } from './ignoring-case.ts';
import { compileSomeValue, existsAt, type PayloadPath } from './payload-path.ts';

/** A JSON value that is neither an array nor an object. */
export type JsonScalar = null | boolean | number | string;

/** A condition on the values at a path of a payload. */
export type PayloadCondition =
  /** Some value equals one of the operands, by JSON type and value. */
  | { readonly path: PayloadPath; readonly op: 'in'; readonly operands: readonly JsonScalar[] }
  /** No value equals one of the operands. Also met if there is no value. */
  | { readonly path: PayloadPath; readonly op: 'ne'; readonly operands: readonly JsonScalar[] }
  /** Some value of the operand's type compares to it: numbers by size, strings by code points. */
  | { readonly path: PayloadPath; readonly op: ComparisonOperator; readonly operand: number | string }
  /** The path exists (true) or does not exist (false). Null and an empty array exist. */
  | { readonly path: PayloadPath; readonly op: 'exists'; readonly operand: boolean }
  /** Some string begins with the operand, or contains it. Case-sensitive. */
  | { readonly path: PayloadPath; readonly op: 'prefix' | 'contains'; readonly operand: string }
  /** Some string contains the operand, ignoring case (Unicode simple case folding). */
  | { readonly path: PayloadPath; readonly op: 'icontains'; readonly operand: string };

export type ComparisonOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** Defines the meaning of a condition: returns a function that is true for payloads that meet it. */
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
    case 'icontains': {
      const contains = compileContainsIgnoringCase(condition.operand);
      return (value) => typeof value === 'string' && contains(value);
    }
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

/** Compares a value with the operand: negative, zero or positive; undefined if their types differ. */
function orderOf(value: JsonValue, operand: number | string): number | undefined {
  if (typeof value === 'number' && typeof operand === 'number') return value < operand ? -1 : Number(value > operand);
  if (typeof value === 'string' && typeof operand === 'string') return compareCodePoints(value, operand);
  return undefined;
}
