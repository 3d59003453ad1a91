import type { Metric, PayloadPath } from '@event-tracker/core/store';
import { scalarsSql } from './payload-path-sql.ts';

/** A call of an aggregate function. */
export interface Call {
  readonly name: string;
  readonly argument: string;
  /** Returns the value of the metric from the result of the call. Default: the result. */
  readonly toValue?: (result: string) => string;
}

/** Names for the scalars of a row, so that a statement can use them several times. */
export interface Scalars {
  /** Adds a path and returns the name of its scalars. */
  add(path: PayloadPath): string;
  /** Returns the definitions of the names. */
  definitions(): readonly string[];
}

export function createScalars(): Scalars {
  const names = new Map<string, string>();
  return {
    add: (path) => {
      const sql = scalarsSql(path);
      const name = names.get(sql) ?? `scalars_${names.size}`;
      names.set(sql, name);
      return name;
    },
    definitions: () => [...names].map(([sql, name]) => `${sql} AS ${name}`),
  };
}

/** Returns the call that computes a metric. */
export function callOf(metric: Metric, scalars: Scalars): Call {
  switch (metric.kind) {
    case 'count':
      return { name: 'count', argument: '' };
    case 'first':
      return { name: 'min', argument: 'epoch_nanoseconds' };
    case 'last':
      return { name: 'max', argument: 'epoch_nanoseconds' };
    case 'unique':
      return { name: 'uniqExactArray', argument: `arrayFilter(value -> value != 'null', ${scalars.add(metric.path)})` };
    case 'sum':
      return { name: 'sumArray', argument: numbersSql(scalars.add(metric.path)) };
    case 'avg':
    case 'min':
    case 'max':
      return { name: `${metric.kind}OrNullArray`, argument: numbersSql(scalars.add(metric.path)) };
    default:
      return {
        name: 'groupArrayArray',
        argument: numbersSql(scalars.add(metric.path)),
        toValue: (numbers) => nearestRankSql(numbers, Number(metric.kind.slice(1))),
      };
  }
}

/** The percentile as core defines it. ClickHouse's `quantileExact` returns another number where a rank is a whole number. */
function nearestRankSql(numbers: string, percent: number): string {
  const rank = `intDiv(length(${numbers}) * ${percent} + 99, 100)`;
  return `if(empty(${numbers}), NULL, arraySort(${numbers})[${rank}])`;
}

/** Returns the value of a metric from the result of its call. */
export function valueSql({ toValue }: Call, result: string): string {
  return toValue ? toValue(result) : result;
}

/** Returns a call as SQL, optionally with a combinator of ClickHouse, such as `State`. */
export function callSql({ name, argument }: Call, combinator = ''): string {
  return `${name}${combinator}(${argument})`;
}

/** The groups of a row: its distinct scalars, or null if it has none. */
export function groupsSql(path: PayloadPath, scalars: Scalars): string {
  const all = scalars.add(path);
  return `if(empty(${all}), ['null'], arrayDistinct(${all}))`;
}

/** The numbers among scalars. Only numbers start with a character from "-" to "9". */
function numbersSql(scalars: string): string {
  return `arrayMap(value -> toFloat64(value), arrayFilter(value -> value >= '-' AND value < ':', ${scalars}))`;
}
