import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import type { CancelSignal } from '../runtime/abort.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { AggregateCell, AggregateRequest, AggregateValue, Metric } from './aggregate-request.ts';
import { createCells, GROUPS_PER_LOOK } from './cells.ts';
import { compareGroups } from './compare-groups.ts';
import type { CountedEvent } from './tally.ts';

/** Visits every event that matches the filter of a request once, in any order. Every scan visits the same events. */
export type EventScan = (visit: EventVisit) => void | Promise<void>;
export type EventVisit = (event: CountedEvent, epochNanoseconds: EpochNanoseconds) => void;

/**
 * Defines the meaning of an aggregate: the cells that a store returns must be those of this function, except for the last
 * bits of a sum or an average.
 *
 * @param scan called once, and a second time if there are more groups than `top` and either several cells for each group or an
 * event in several groups; or if a metric that is not the only one keeps scalars
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
    if (ranks.countGroups() > top) {
      const best = await selectTopCells(await ranks.finish(signal), top, signal);
      kept = new Set(best.map(({ group }) => group));
      if (isOneCellPerGroup && !ranks.hasOverlap()) return [...best, await ranks.combineOthers(kept, signal)];
    }
  }
  const cells = createCells(request, kept);
  await scan(cells.add);
  return cells.finish(signal);
}

/** True if the metric needs the same memory for any number of events. */
function keepsNoScalars({ kind }: Metric): boolean {
  return ['count', 'first', 'last', 'sum', 'avg', 'min', 'max'].includes(kind);
}

/** Returns the cells with the greatest values of the first metric. */
async function selectTopCells(
  cells: readonly AggregateCell[],
  top: number,
  signal: CancelSignal | undefined,
): Promise<readonly AggregateCell[]> {
  const best: AggregateCell[] = [];
  const slice = beginTimeSlice({ signal });
  for (const [index, cell] of cells.entries()) {
    // Sorting a million groups would block the event loop for a second.
    const place = best.findLastIndex((other) => compareRanks(other, cell) < 0) + 1;
    if (place < top) best.splice(place, 0, cell);
    if (best.length > top) best.pop();
    if (index % GROUPS_PER_LOOK === 0 && slice.isOver()) await slice.next();
  }
  return best;
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
