import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import type { CancelSignal } from '../runtime/abort.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { AggregateCell, AggregateRequest, AggregateValue, GroupBy, Metric } from './aggregate-request.ts';
import { compareGroups } from './compare-groups.ts';
import { countWhile } from './count-while.ts';
import { createHold, type Hold } from './held-scalars.ts';
import { createScalarMap, type ScalarMap } from './scalar-map.ts';
import { type CountedEvent, type Counting, countingOf, createTally, forEachScalarAt, type Tally } from './tally.ts';

/** Visits every event that matches the filter of a request once, in any order. Every scan visits the same events. */
export type EventScan = (visit: EventVisit) => void | Promise<void>;
export type EventVisit = (event: CountedEvent, epochNanoseconds: EpochNanoseconds) => void;

/** Number of groups between two readings of the clock. */
const GROUPS_PER_LOOK = 16;

/**
 * Defines the meaning of an aggregate: the cells that a store returns must be those of this function, except for the last
 * bits of a sum or an average.
 *
 * @param scan called once, and a second time if there are more groups than `top`, or if a metric keeps scalars
 * @param signal ends the work between two slices; the scan must end itself
 * @returns the cells with at least one event, in no particular order
 * @throws TooManyCellsError if there are more groups or different scalars than a process should keep in memory
 */
export async function aggregateEvents(
  scan: EventScan,
  request: AggregateRequest,
  signal?: CancelSignal,
): Promise<readonly AggregateCell[]> {
  const { groupBy, top, metrics, boundaries } = request;
  let kept: ReadonlySet<JsonScalar> | undefined;
  if (groupBy !== undefined && top !== undefined) {
    const isOneCellPerGroup = metrics.length === 1 && boundaries === undefined;
    const ranks = createCells({ metrics: metrics.slice(0, 1), boundaries: boundaries?.slice(0, 1), groupBy });
    // While there are no more groups than `top`, all cells are collected with the ranks, so that one scan can suffice.
    const all = isOneCellPerGroup ? ranks : metrics.every(keepsNoScalars) ? createCells(request) : undefined;
    await scan((event, epochNanoseconds) => {
      ranks.add(event, epochNanoseconds);
      if (all !== ranks && ranks.countGroups() <= top) all?.add(event, epochNanoseconds);
    });
    if (all && ranks.countGroups() <= top) return all.finish(signal);
    if (ranks.countGroups() > top) kept = await selectTopGroups(await ranks.finish(signal), top, signal);
  }
  const cells = createCells(request, kept);
  await scan(cells.add);
  return cells.finish(signal);
}

/** True if the metric needs the same memory for any number of events. */
function keepsNoScalars({ kind }: Metric): boolean {
  return ['count', 'first', 'last', 'sum', 'avg', 'min', 'max'].includes(kind);
}

/** Returns the groups with the greatest values of the first metric. */
async function selectTopGroups(
  cells: readonly AggregateCell[],
  top: number,
  signal: CancelSignal | undefined,
): Promise<ReadonlySet<JsonScalar>> {
  const best: AggregateCell[] = [];
  const slice = beginTimeSlice({ signal });
  for (const [index, cell] of cells.entries()) {
    // Sorting a million groups would block the event loop for a second.
    const place = best.findLastIndex((other) => compareRanks(other, cell) < 0) + 1;
    if (place < top) best.splice(place, 0, cell);
    if (best.length > top) best.pop();
    if (index % GROUPS_PER_LOOK === 0 && slice.isOver()) await slice.next();
  }
  return new Set(best.map(({ group }) => group));
}

/** Compares two groups by their first value, the greatest first, null last; ties by the order of groups. */
export function compareRanks(
  a: Pick<AggregateCell, 'group' | 'values'>,
  b: Pick<AggregateCell, 'group' | 'values'>,
): number {
  return compareValues(b.values[0] ?? null, a.values[0] ?? null) || compareGroups(a.group, b.group);
}

/** Compares two values of a metric, ascending, null first. */
export function compareValues(a: AggregateValue, b: AggregateValue): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return a < b ? -1 : Number(a > b);
}

/** Collects cells, event by event. With `kept`, all other groups are combined in one. */
function createCells(
  { metrics, boundaries, groupBy }: Omit<AggregateRequest, 'filter' | 'top'>,
  kept?: ReadonlySet<JsonScalar>,
) {
  const hold = createHold();
  const countings = metrics.map((metric) => countingOf(metric, hold));
  const bucketOf = createBucketFinder(boundaries);
  const cells = new Map<number, ScalarMap<Tally[]>>();
  const rest = new Map<number, Tally[]>();

  function cellsOf(bucket: number): ScalarMap<Tally[]> {
    const known = cells.get(bucket);
    if (known) return known;
    const fresh = createScalarMap<Tally[]>();
    cells.set(bucket, fresh);
    return fresh;
  }

  return {
    add(event: CountedEvent, epochNanoseconds: EpochNanoseconds): void {
      const bucket = bucketOf(epochNanoseconds);
      if (bucket < 0) return;
      const ofBucket = cellsOf(bucket);
      let isInRest = false;
      for (const group of groupsOf(event, groupBy)) {
        if (kept && !kept.has(group)) isInRest = true;
        else count(tallyIn(ofBucket, group, countings, hold), countings, event, epochNanoseconds);
      }
      if (isInRest) count(tallyIn(rest, bucket, countings, hold), countings, event, epochNanoseconds);
    },

    /** Returns the number of groups in the first bucket. */
    countGroups: (): number => cells.get(0)?.size ?? 0,

    async finish(signal: CancelSignal | undefined): Promise<AggregateCell[]> {
      const finished: AggregateCell[] = [];
      const slice = beginTimeSlice({ signal });
      const finishCell = (bucket: number, group: JsonScalar, isRest: boolean, tallies: readonly Tally[]) => {
        const values = countings.map((counting, index) => counting.resultOf(tallies[index] as Tally));
        finished.push({ bucket, group, isRest, values });
      };
      for (const [bucket, ofBucket] of cells) {
        for (const [group, tallies] of ofBucket.entries()) {
          finishCell(bucket, group, false, tallies);
          if (finished.length % GROUPS_PER_LOOK === 0 && slice.isOver()) await slice.next();
        }
      }
      for (const [bucket, tallies] of rest) finishCell(bucket, null, true, tallies);
      return finished;
    },
  };
}

function tallyIn<Key extends JsonScalar>(
  cells: { get(key: Key): Tally[] | undefined; set(key: Key, tallies: Tally[]): unknown },
  key: Key,
  countings: readonly Counting[],
  hold: Hold,
): Tally[] {
  const known = cells.get(key);
  if (known) return known;
  hold.scalar(key);
  const fresh = countings.map(createTally);
  cells.set(key, fresh);
  return fresh;
}

function count(
  tallies: readonly Tally[],
  countings: readonly Counting[],
  event: CountedEvent,
  epochNanoseconds: EpochNanoseconds,
): void {
  for (let i = 0; i < countings.length; i++) countings[i]?.add(tallies[i] as Tally, event, epochNanoseconds);
}

function groupsOf({ event_type, payload }: CountedEvent, groupBy: GroupBy | undefined): readonly JsonScalar[] {
  if (groupBy === undefined) return NO_GROUPS;
  if (groupBy === 'event_type') return [event_type];
  const scalars: JsonScalar[] = [];
  forEachScalarAt(payload, groupBy, (scalar) => scalars.push(scalar));
  if (scalars.length === 0) return NO_GROUPS;
  return scalars.length === 1 ? scalars : [...new Set(scalars)];
}

const NO_GROUPS: readonly JsonScalar[] = [null];

/** Returns the bucket of an instant, or -1 before the first bucket. Fast for instants in approximate order. */
function createBucketFinder(
  boundaries: readonly EpochNanoseconds[] | undefined,
): (epochNanoseconds: EpochNanoseconds) => number {
  if (!boundaries) return () => 0;
  const isIn = (bucket: number, instant: EpochNanoseconds): boolean => {
    const [start, end] = [boundaries[bucket], boundaries[bucket + 1]];
    return start !== undefined && start <= instant && (end === undefined || instant < end);
  };
  let last = 0;
  return (instant) => {
    if (isIn(last, instant)) return last;
    if (isIn(last + 1, instant)) {
      last++;
      return last;
    }
    const bucket = lastStarted(boundaries, instant);
    last = Math.max(0, bucket);
    return bucket;
  };
}

/** Returns the index of the last boundary at or before an instant, or -1. */
function lastStarted(boundaries: readonly EpochNanoseconds[], instant: EpochNanoseconds): number {
  return countWhile(boundaries.length, (index) => (boundaries[index] as EpochNanoseconds) <= instant) - 1;
}
