import type { JsonScalar } from '../query/payload-condition.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import { compareValues } from './aggregate-events.ts';
import type { AggregateCell } from './aggregate-request.ts';
import { compareGroups } from './compare-groups.ts';
import type { StatsMetric } from './stats-query.ts';

/** One number: that of one group in one bucket of time. */
export interface StatsRow {
  /** Where the bucket starts: RFC 3339 with the local offset; null where there is but one bucket. */
  readonly bucket: string | null;
  /** What its events have in common; null where they have nothing there, where they are all others, and without groups. */
  readonly group: JsonScalar;
  /** Null for an average, least or greatest number of no numbers, and where a sum is beyond what a double holds. */
  readonly value: number | null;
  /** Whether these are the events of all groups but the top ones. */
  readonly other?: true;
}

/** What tells groups apart. */
export type StatsGroup = Pick<AggregateCell, 'group' | 'isRest'>;

/** The one group that there is without groups. */
export const UNGROUPED: StatsGroup = { group: null, isRest: false };

/** The rows of cells that are all in one bucket, in order. */
export function rowsOf(cells: readonly AggregateCell[]): readonly StatsRow[] {
  return cells.map((cell) => toRow(null, cell, numberOf(cell))).sort(compareRows);
}

/** The row of a bucket in which there is nothing. */
export function emptyRow(bucket: string | null, group: StatsGroup, { kind }: StatsMetric): StatsRow {
  return toRow(bucket, group, kind === 'count' || kind === 'unique' || kind === 'sum' ? 0 : null);
}

/**
 * The rows of all buckets, in order: one for each group, also where a bucket has nothing of it. Long lists are made in
 * slices.
 *
 * @param labelOf writes where a bucket starts
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
    const label = labelOf(bucket);
    const ofBucket = found.get(bucket) ?? [];
    const rowsOfBucket = groups.map((group) => {
      const cell = ofBucket.find((candidate) => isOf(candidate, group));
      return cell ? toRow(label, cell, numberOf(cell)) : emptyRow(label, group, metric);
    });
    rows.push(...rowsOfBucket.sort(compareRows));
    if (slice.isOver()) await slice.next();
  }
  return rows;
}

/** The groups that cells are of, each once. */
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

/** No metric that a query can name is in nanoseconds, so that all are numbers. */
function numberOf({ values: [value = null] }: AggregateCell): number | null {
  return value === null ? null : Number(value);
}

/** Of one bucket: the greatest value first and null last, then by group, the rest last. */
function compareRows(a: StatsRow, b: StatsRow): number {
  return (
    compareValues(b.value, a.value) ||
    Number(a.other === true) - Number(b.other === true) ||
    compareGroups(a.group, b.group)
  );
}
