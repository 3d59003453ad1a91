import type { EventTypeSummary, StatsRow } from '@event-tracker/core';

const DAY_MS = 86_400_000;

/** Intervals of the API and their lengths in milliseconds: the longest ones of months and years. */
export const INTERVALS = [
  ['1s', 1_000],
  ['10s', 10_000],
  ['1m', 60_000],
  ['5m', 300_000],
  ['15m', 900_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['6h', 21_600_000],
  ['1d', DAY_MS],
  ['1w', 7 * DAY_MS],
  ['1M', 31 * DAY_MS],
  ['3M', 92 * DAY_MS],
  ['1y', 366 * DAY_MS],
] as const;

export type Interval = (typeof INTERVALS)[number][0];

/** Returns the length of an interval in milliseconds; of a month or a year, the longest. */
export function lengthOf(interval: Interval): number {
  return new Map<Interval, number>(INTERVALS).get(interval) ?? 0;
}

/** Greatest number of bars. */
const MAX_BARS = 120;

export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** Returns the shortest interval with which a range has at most 120 buckets. */
export function chooseInterval({ startMs, endMs }: Range): Interval {
  const found = INTERVALS.find(([, length]) => (endMs - startMs) / length <= MAX_BARS);
  return found ? found[0] : '1y';
}

/** Returns the range of all events of the types that filters select; undefined if there are none. */
export function rangeOfTypes(types: readonly EventTypeSummary[]): Range | undefined {
  if (types.length === 0) return undefined;
  return {
    startMs: Math.min(...types.map(({ first }) => Date.parse(first))),
    endMs: Math.max(...types.map(({ last }) => Date.parse(last))),
  };
}

/** Counts by time and type. */
export interface Histogram {
  /** Start of each bucket, in milliseconds since 1970. */
  readonly starts: readonly number[];
  /** The types with the most events first. */
  readonly groups: readonly Group[];
}

export interface Group {
  /** Undefined for all types beyond the first ones together. */
  readonly name: string | undefined;
  readonly total: number;
  /** One count for each bucket. */
  readonly counts: readonly number[];
}

/** Arranges the rows of statistics by group. */
export function toHistogram(rows: readonly StatsRow[]): Histogram {
  const starts = [...new Set(rows.map(({ bucket }) => Date.parse(bucket ?? '')))].sort((one, other) => one - other);
  const indexes = new Map(starts.map((start, index) => [start, index]));
  const counts = new Map<string | undefined, number[]>();
  for (const { bucket, group, value, other } of rows) {
    const name = other === true ? undefined : String(group);
    const ofGroup = counts.get(name) ?? starts.map(() => 0);
    ofGroup[indexes.get(Date.parse(bucket ?? '')) ?? 0] = value ?? 0;
    counts.set(name, ofGroup);
  }
  const groups = [...counts].map(([name, ofGroup]) => ({ name, counts: ofGroup, total: sum(ofGroup) }));
  return { starts, groups: groups.sort(compareGroups) };
}

function compareGroups(one: Group, other: Group): number {
  if ((one.name === undefined) !== (other.name === undefined)) return one.name === undefined ? 1 : -1;
  return other.total - one.total || (String(one.name) < String(other.name) ? -1 : 1);
}

/** Returns the counts of each group with those of all groups before it: the tops of stacked bars. */
export function stack(groups: readonly Group[]): readonly (readonly number[])[] {
  let below: readonly number[] = [];
  return groups.map(({ counts }) => {
    below = counts.map((count, index) => count + (below[index] ?? 0));
    return below;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
