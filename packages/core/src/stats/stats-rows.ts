import type { JsonScalar } from '../query/payload-condition.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import { compareValues } from './aggregate-events.ts';
import type { AggregateCell } from './aggregate-request.ts';
import { compareGroups } from './compare-groups.ts';
import type { StatsMetric } from './stats-query.ts';

/** The number of one group in one time bucket. */
export interface StatsRow {
  /** Start of the bucket: RFC 3339 with the local offset; null if there is a single bucket. */
  readonly bucket: string | null;
  /** The common type or value of the events; null if they have no value, for the combined others, and without groups. */
  readonly group: JsonScalar;
  /** Null for `avg`, `min`, `max` and percentiles of no numbers, and if a sum exceeds the range of a double. */
  readonly value: number | null;
  /** True if this row combines all groups except the top ones. */
  readonly other?: true;
}

/** Identifies a group. */
export type StatsGroup = Pick<AggregateCell, 'group' | 'isRest'>;

/** The single group of a query without groups. */
export const UNGROUPED: StatsGroup = { group: null, isRest: false };

/** Returns the rows of cells of a single bucket, in order. */
export function rowsOf(cells: readonly AggregateCell[]): readonly StatsRow[] {
  return cells.map((cell) => toRow(null, cell, numberOf(cell))).sort(compareRows);
}

/** Returns the row of an empty bucket. */
export function emptyRow(bucket: string | null, group: StatsGroup, { kind }: StatsMetric): StatsRow {
  return toRow(bucket, group, kind === 'count' || kind === 'unique' || kind === 'sum' ? 0 : null);
}

/**
 * Returns the rows of all buckets, in order: one for each group, even if the bucket has no events of the group. Long lists are
 * created in slices.
 *
 * @param labelOf returns the start of a bucket as text
 */
export async function fillRows(
  cells: readonly AggregateCell[],
  groups: readonly StatsGroup[],
  metric: StatsMetric,
  buckets: number,
  labelOf: (bucket: number) => string,
): Promise<readonly StatsRow[]> {
  const found = Map.groupBy(cells, ({ bucket }) => bucket);
  const rows: StatsRow[] = [];
  const slice = beginTimeSlice();
  for (let bucket = 0; bucket < buckets; bucket++) {
    if (slice.isOver()) await slice.next();
    const label = labelOf(bucket);
    const ofBucket = found.get(bucket) ?? [];
    const rowsOfBucket = groups.map((group) => {
      const cell = ofBucket.find((candidate) => isOf(candidate, group));
      return cell ? toRow(label, cell, numberOf(cell)) : emptyRow(label, group, metric);
    });
    rows.push(...rowsOfBucket.sort(compareRows));
  }
  return rows;
}

/** Returns the groups of cells, each once. */
export function groupsOf(cells: readonly AggregateCell[]): readonly StatsGroup[] {
  const groups = new Set(cells.flatMap(({ group, isRest }) => (isRest ? [] : [group])));
  const rest = cells.find(({ isRest }) => isRest);
  return [...[...groups].map((group) => ({ group, isRest: false })), ...(rest ? [rest] : [])];
}

function isOf(cell: AggregateCell, { group, isRest }: StatsGroup): boolean {
  return cell.group === group && cell.isRest === isRest;
}

function toRow(bucket: string | null, { group, isRest }: StatsGroup, value: number | null): StatsRow {
  return isRest ? { bucket, group, value, other: true } : { bucket, group, value };
}

/** Returns the value of a cell as a number: no metric of a query is in nanoseconds. */
function numberOf({ values: [value = null] }: AggregateCell): number | null {
  return value === null ? null : Number(value);
}

/** Compares rows of one bucket: the greatest value first and null last, then by group, the combined others last. */
function compareRows(a: StatsRow, b: StatsRow): number {
  return (
    compareValues(b.value, a.value) ||
    Number(a.other === true) - Number(b.other === true) ||
    compareGroups(a.group, b.group)
  );
}
