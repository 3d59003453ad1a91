import { isStorable, type JsonScalar, type PayloadCondition, type PayloadPath } from '@event-tracker/core/store';
import { toJsonText } from './json-text.ts';
import { text, texts } from './literal.ts';
import { existsSql, scalarsSql } from './payload-path-sql.ts';
import { containsIgnoringCaseSql } from './search-sql.ts';

/*
 * A payload can meet a condition only if it contains certain texts as JSON.stringify wrote them, without spaces. Searching
 * for them needs a tenth of the time of parsing the JSON, and excludes most payloads.
 */

/** Searching for more texts costs more than it saves. */
const MAX_NEEDLES = 50;

/**
 * Returns the SQL condition for a payload condition; `undefined` if only core can decide it. No payload contains a lone
 * surrogate, but one in an operand can be the first half of a character.
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
    case 'icontains':
      return isStorable(condition.operand)
        ? someTextSql(path, (value) => containsIgnoringCaseSql(value, condition.operand))
        : 'false';
    default:
      return comparesSql(path, OPERATORS[condition.op], condition.operand);
  }
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function isOneOfSql(path: PayloadPath, operands: readonly JsonScalar[]): string {
  const values = operands.filter(isStorableScalar).map((operand) => toJsonText(operand));
  if (values.length === 0 || !path.every(isStorable)) return 'false';
  const member = `${JSON.stringify(path.at(-1))}:`;
  const needles = [...values, '['].map((start) => member + start);
  // Values as JSONExtractRaw writes them.
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

function isStorableScalar(value: JsonScalar): boolean {
  if (typeof value === 'string') return isStorable(value);
  return typeof value !== 'number' || Number.isFinite(value);
}
