import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import type { CancelSignal } from '../runtime/abort.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { AggregateCell, AggregateRequest, GroupBy } from './aggregate-request.ts';
import { countWhile } from './count-while.ts';
import { createHold, type Hold } from './held-scalars.ts';
import { createScalarMap, type ScalarMap } from './scalar-map.ts';
import { type CountedEvent, type Counting, countingOf, createTally, forEachScalarAt, type Tally } from './tally.ts';

/** Number of groups between two readings of the clock. */
export const GROUPS_PER_LOOK = 16;

/** Collects cells, event by event. With `kept`, all other groups are combined in one. */
export function createCells(
  { metrics, boundaries, groupBy }: Omit<AggregateRequest, 'filter' | 'top'>,
  kept?: ReadonlySet<JsonScalar>,
) {
  const hold = createHold();
  const countings = metrics.map((metric) => countingOf(metric, hold));
  const bucketOf = createBucketFinder(boundaries);
  const cells = new Map<number, ScalarMap<Tally[]>>();
  const rest = new Map<number, Tally[]>();
  let hasOverlap = false;

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
      const groups = groupsOf(event, groupBy);
      if (groups.length > 1) hasOverlap = true;
      for (const group of groups) {
        if (kept && !kept.has(group)) isInRest = true;
        else count(tallyIn(ofBucket, group, countings, hold), countings, event, epochNanoseconds);
      }
      if (isInRest) count(tallyIn(rest, bucket, countings, hold), countings, event, epochNanoseconds);
    },

    /** Returns the number of groups in the first bucket. */
    countGroups: (): number => cells.get(0)?.size ?? 0,

    /** True if an event is in several groups. */
    hasOverlap: (): boolean => hasOverlap,

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

    /** Combines all groups of the first bucket except the kept ones. An event in several of them would count several times. */
    async combineOthers(kept: ReadonlySet<JsonScalar>, signal: CancelSignal | undefined): Promise<AggregateCell> {
      const others = countings.map(createTally);
      const slice = beginTimeSlice({ signal });
      let steps = 0;
      for (const [group, tallies] of cellsOf(0).entries()) {
        if (kept.has(group)) continue;
        for (const [index, counting] of countings.entries()) {
          for (const _ of counting.merge(others[index] as Tally, tallies[index] as Tally)) {
            if (++steps % GROUPS_PER_LOOK === 0 && slice.isOver()) await slice.next();
          }
        }
      }
      const values = countings.map((counting, index) => counting.resultOf(others[index] as Tally));
      return { bucket: 0, group: null, isRest: true, values };
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
