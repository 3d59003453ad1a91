import type { AggregateRequest, GroupBy, PayloadPath } from '@event-tracker/core/store';
import type { Buckets } from './buckets.ts';
import { filterSql, instant, whereSql } from './filter-sql.ts';
import { type Call, callOf, callSql, createScalars, groupsSql, type Scalars, valueSql } from './metric-sql.ts';
import type { Tables } from './tables.ts';

/** A cell as ClickHouse returns it: 64-bit integers are text. */
export interface CellRow {
  readonly bucket: string;
  /** The type or the JSON of the scalar, and 1 for the rest. */
  readonly cell: readonly [group: string, isRest: number];
  readonly numbers: readonly (string | number | null)[];
}

/** Computes each metric of each bucket and group in one statement. */
export function selectCells(tables: Tables, request: AggregateRequest, buckets: Buckets): string {
  const { groupBy, top } = request;
  if (groupBy === 'event_type' && top !== undefined) return selectTopTypes(tables, request, buckets, top);
  const scalars = createScalars();
  const numbers = numbersSql(request, scalars).map((call) => valueSql(call, callSql(call)));
  const isTop = groupBy !== undefined && groupBy !== 'event_type' && top !== undefined;
  const cell = isTop ? topCellSql(groupBy, scalars) : `(${groupSql(groupBy, scalars)}, 0)`;
  const kept = isTop ? [`(${selectTopScalars(tables, request, groupBy, top)}) AS kept`] : [];
  return `
    WITH ${[...kept, ...scalars.definitions(), `${buckets.sql} AS bucket`, `${cell} AS cell`].join(', ')}
    SELECT bucket, cell, tuple(${numbers.join(', ')}) AS numbers
    ${fromSql(tables, request)}
    GROUP BY bucket, cell
    HAVING count() > 0`;
}

/**
 * Computes the cells of the top types and the rest. Because an event has one type, the states of the types can be ranked
 * and merged into the rest without reading the events again.
 */
function selectTopTypes(tables: Tables, request: AggregateRequest, buckets: Buckets, top: number): string {
  const scalars = createScalars();
  const calls = numbersSql(request, scalars);
  const states = calls.map((call, index) => `${callSql(call, 'State')} AS state_${index}`);
  const merged = calls.map(({ name }, index) => `${name}Merge(state_${index})`);
  const numbers = calls.map((call, index) => valueSql(call, `${merged[index]}`));
  const total = valueSql(calls[0], `${merged[0]} OVER (PARTITION BY type)`);
  return `
    SELECT bucket, if(place <= ${top}, (type, 0), ('', 1)) AS cell, tuple(${numbers.join(', ')}) AS numbers
    FROM (
      SELECT *, dense_rank() OVER (ORDER BY total DESC NULLS LAST, type) AS place
      FROM (
        SELECT *, ${total} AS total
        FROM (
          WITH ${[...scalars.definitions(), `${buckets.sql} AS bucket`].join(', ')}
          SELECT bucket, event_type AS type, ${states.join(', ')}
          ${fromSql(tables, request)}
          GROUP BY bucket, type
        )
      )
    )
    GROUP BY bucket, cell`;
}

/** An array of the scalars with the greatest values of the first metric. An event with several scalars counts for each. */
function selectTopScalars(tables: Tables, request: AggregateRequest, path: PayloadPath, top: number): string {
  const scalars = createScalars();
  const [rankedBy] = numbersSql(request, scalars);
  const member = groupSql(path, scalars);
  return `
    SELECT groupArray(member)
    FROM (
      WITH ${[...scalars.definitions(), `${member} AS member`].join(', ')}
      SELECT member, ${valueSql(rankedBy, callSql(rankedBy))} AS value
      ${fromSql(tables, request)}
      GROUP BY member
      ORDER BY value DESC NULLS LAST, ${SCALAR_ORDER}
      LIMIT ${top}
    )`;
}

/** The order of compareGroups: false, true, numbers, strings by code points, null. */
const SCALAR_ORDER = `
  multiIf(member = 'false', 0, member = 'true', 1, member = 'null', 4, startsWith(member, '"'), 3, 2),
  toFloat64OrZero(member),
  JSONExtractString(member)`;

/** The group or groups of a row. */
function groupSql(groupBy: GroupBy | undefined, scalars: Scalars): string {
  if (groupBy === undefined) return `'null'`;
  return groupBy === 'event_type' ? 'event_type' : `arrayJoin(${groupsSql(groupBy, scalars)})`;
}

/** The groups of a row with a top: a row counts once in the rest, for any number of other groups. */
function topCellSql(path: PayloadPath, scalars: Scalars): string {
  const cell = `if(has(kept, member), (member, 0), ('null', 1))`;
  return `arrayJoin(arrayDistinct(arrayMap(member -> ${cell}, ${groupsSql(path, scalars)})))`;
}

function numbersSql({ metrics }: AggregateRequest, scalars: Scalars): readonly [Call, ...Call[]] {
  const [first = callOf({ kind: 'count' }, scalars), ...others] = metrics.map((metric) => callOf(metric, scalars));
  return [first, ...others];
}

/** FINAL keeps one copy of each event. */
function fromSql({ events }: Tables, { filter, boundaries }: AggregateRequest): string {
  const { conditions } = filterSql(filter);
  const [first] = boundaries ?? [];
  const inBuckets = first === undefined ? [] : [`epoch_nanoseconds >= ${instant(first)}`];
  return `FROM ${events} FINAL ${whereSql([...conditions, ...inBuckets])}`;
}
