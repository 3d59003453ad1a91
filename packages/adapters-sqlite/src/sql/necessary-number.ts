import type { PayloadCondition } from '@event-tracker/core/store';

/** A comparison that a number at a path of a payload must meet, so that SQLite can exclude payloads. Not sufficient. */
export interface NecessaryNumber {
  /** As JSON functions of SQLite expect it. */
  readonly path: string;
  readonly operator: '>=' | '<=';
  readonly bound: number;
}

/** A name that needs no quotes in a path of SQLite, and that JSON writes without escapes. */
const SIMPLE_NAME = /^\w+$/;
/** SQLite does not round every number to the nearest double, and rounds the least ones to zero. */
const RELATIVE_ERROR = 1e-9;
const ABSOLUTE_ERROR = 1e-300;

/** Returns the comparison that a condition requires; undefined if it requires none, or if arrays can be on the path. */
export function necessaryNumberOf({
  path: [name = '', ...others],
  ...condition
}: PayloadCondition): NecessaryNumber | undefined {
  if (!('operand' in condition) || typeof condition.operand !== 'number') return undefined;
  if (others.length > 0 || !SIMPLE_NAME.test(name)) return undefined;
  const { op, operand } = condition;
  const error = Math.abs(operand) * RELATIVE_ERROR + ABSOLUTE_ERROR;
  const path = `$.${name}`;
  return op === 'gt' || op === 'gte'
    ? { path, operator: '>=', bound: operand - error }
    : { path, operator: '<=', bound: operand + error };
}

/**
 * Returns the SQL of a comparison. It also accepts texts, because arrays are texts. Parsing payloads in SQLite needs less time
 * than calling core's filter.
 *
 * @param bind returns the parameter for a value
 */
export function necessaryNumberSql(
  { path, operator, bound }: NecessaryNumber,
  bind: (value: string | number) => string,
): string {
  const value = `payload ->> ${bind(path)}`;
  // In SQLite, each number is less than each text. BETWEEN computes the value once.
  return operator === '>=' ? `${value} >= ${bind(bound)}` : `${value} NOT BETWEEN ${bind(bound)} AND ''`;
}
