import type { AggregateRequest, GroupBy, Metric, PayloadPath } from '@event-tracker/core';
import type { Buckets } from './buckets.ts';
import { filterSql, instant, whereSql } from './filter-sql.ts';
import { scalarsSql } from './payload-sql.ts';
import type { Tables } from './tables.ts';

/** A cell as ClickHouse answers it: 64-bit integers come as text. */
export interface CellRow {
  readonly bucket: string;
  /** The type, or the JSON of the scalar; and 1 where it is the rest. */
  readonly cell: readonly [group: string, isRest: number];
  readonly numbers: readonly (string | number | null)[];
}

/** Works out every metric for each bucket and group: all of an aggregate in one statement. */
export function selectCells(tables: Tables, request: AggregateRequest, buckets: Buckets): string {
  const { groupBy, metrics, top } = request;
  const scalars = createDefinitions();
  const cell = cellSql(groupBy, groupBy !== undefined && top !== undefined, scalars);
  const numbers = metrics.map((metric) => metricSql(metric, scalars));
  const kept = groupBy === undefined || top === undefined ? [] : [`${keptSql(tables, request, groupBy, top)} AS kept`];
  return `
    WITH ${[...kept, ...scalars.all(), `${buckets.sql} AS bucket`, `${cell} AS cell`].join(', ')}
    SELECT bucket, cell, tuple(${numbers.join(', ')}) AS numbers
    FROM ${tables.events} FINAL ${conditionsSql(request)}
    GROUP BY bucket, cell
    HAVING count() > 0`;
}

/** Names for what is asked of a row several times. */
interface Definitions {
  /** Takes in the path of some scalars and answers the name by which the statement refers to them. */
  add(path: PayloadPath): string;
  /** What defines the names. */
  all(): readonly string[];
}

function createDefinitions(): Definitions {
  const names = new Map<string, string>();
  return {
    add: (path) => {
      const sql = scalarsSql(path);
      const name = names.get(sql) ?? `scalars_${names.size}`;
      names.set(sql, name);
      return name;
    },
    all: () => [...names].map(([sql, name]) => `${sql} AS ${name}`),
  };
}

/** The groups to keep, as an array: those with the greatest values of the first metric. */
function keptSql(tables: Tables, request: AggregateRequest, groupBy: GroupBy, top: number): string {
  const [metric = { kind: 'count' }] = request.metrics;
  const scalars = createDefinitions();
  const member = groupBy === 'event_type' ? 'event_type' : `arrayJoin(${groupsSql(groupBy, scalars)})`;
  const rank = metricSql(metric, scalars);
  return `(
    SELECT groupArray(toString(member)) FROM (
      WITH ${[...scalars.all(), `${member} AS member`].join(', ')}
      SELECT member, ${rank} AS rank
      FROM ${tables.events} FINAL ${conditionsSql(request)}
      GROUP BY member
      ORDER BY rank DESC NULLS LAST, ${groupBy === 'event_type' ? 'member' : SCALAR_ORDER}
      LIMIT ${top}
    )
  )`;
}

/** As compareGroups has it: false, true, numbers, strings by code points, null. */
const SCALAR_ORDER = `
  multiIf(member = 'false', 0, member = 'true', 1, member = 'null', 4, startsWith(member, '"'), 3, 2),
  toFloat64OrZero(member), JSONExtractString(member)`;

/** What a row counts for: one group, or several. */
function cellSql(groupBy: GroupBy | undefined, isKept: boolean, scalars: Definitions): string {
  if (groupBy === undefined) return `('null', 0)`;
  const cell = (group: string) => (isKept ? `if(has(kept, ${group}), (${group}, 0), ('null', 1))` : `(${group}, 0)`);
  if (groupBy === 'event_type') return cell('toString(event_type)');
  // An event is in the rest once, of however many of its groups.
  return `arrayJoin(arrayDistinct(arrayMap(member -> ${cell('member')}, ${groupsSql(groupBy, scalars)})))`;
}

function groupsSql(path: PayloadPath, scalars: Definitions): string {
  const all = scalars.add(path);
  return `if(empty(${all}), ['null'], arrayDistinct(${all}))`;
}

function metricSql(metric: Metric, scalars: Definitions): string {
  switch (metric.kind) {
    case 'count':
      return 'count()';
    case 'first':
      return 'min(epoch_nanoseconds)';
    case 'last':
      return 'max(epoch_nanoseconds)';
    case 'unique':
      return `uniqExactArray(arrayFilter(value -> value != 'null', ${scalars.add(metric.path)}))`;
    case 'sum':
      return `sumArray(${numbersSql(scalars.add(metric.path))})`;
    default:
      return `${metric.kind}OrNullArray(${numbersSql(scalars.add(metric.path))})`;
  }
}

/** The numbers among scalars: they alone begin with a character from "-" to "9". */
function numbersSql(scalars: string): string {
  return `arrayMap(value -> toFloat64(value), arrayFilter(value -> value >= '-' AND value < ':', ${scalars}))`;
}

function conditionsSql({ filter, boundaries }: AggregateRequest): string {
  const { conditions } = filterSql(filter);
  const [first] = boundaries ?? [];
  return whereSql(first === undefined ? conditions : [...conditions, `epoch_nanoseconds >= ${instant(first)}`]);
}
