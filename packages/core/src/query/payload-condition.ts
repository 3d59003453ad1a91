import type { JsonObject, JsonValue } from '../event/event.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { existsAt, type PayloadPath, someValueAt } from './payload-path.ts';

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

/** What a condition means. */
export function matchesCondition(payload: JsonObject, condition: PayloadCondition): boolean {
  const { path } = condition;
  switch (condition.op) {
    case 'in':
      return someValueAt(payload, path, (value) => isOneOf(value, condition.operands));
    case 'ne':
      return !someValueAt(payload, path, (value) => isOneOf(value, condition.operands));
    case 'exists':
      return existsAt(payload, path) === condition.operand;
    case 'prefix':
      return someValueAt(payload, path, (value) => typeof value === 'string' && value.startsWith(condition.operand));
    case 'contains':
      return someValueAt(payload, path, (value) => typeof value === 'string' && value.includes(condition.operand));
    default:
      return someValueAt(payload, path, (value) => compares(value, condition.op, condition.operand));
  }
}

function isOneOf(value: JsonValue, operands: readonly JsonScalar[]): boolean {
  return operands.includes(value as JsonScalar); // an object is none of them
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
