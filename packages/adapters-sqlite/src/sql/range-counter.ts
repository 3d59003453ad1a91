import type { EventPosition, TimeSlice, Totals } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { divideRange } from '../totals/hour.ts';
import type { InstantRange } from '../totals/instant-range.ts';
import { sumTotals } from '../totals/sum-totals.ts';
import { bind } from './bind.ts';
import { afterAllAt, beforeAllAt, type EventRange } from './event-range.ts';
import { positionAhead } from './position-ahead.ts';
import { selectCount } from './select-events.ts';

/** Counts the events of one type, or of all types, without reading them. */
export interface RangeCounter {
  count(range: InstantRange): Promise<number>;
  /** Returns the instants of the first and the last event. */
  instantsOf(range: InstantRange): Pick<Totals, 'first' | 'last'>;
}

/** Number of events that one statement counts, in some milliseconds. */
const PART = 50_000;

/** Counts the events of a type in the index. Without a type, counts all events. */
export function createIndexCounter(database: Database, type: string | undefined, slice: TimeSlice): RangeCounter {
  const types = type === undefined ? undefined : [type];
  const selection = { order: 'asc', types: types?.length } as const;
  const countRows = database.statement(selectCount(selection));

  function find(order: 'asc' | 'desc', range: EventRange, steps: number): EventPosition | undefined {
    return positionAhead(database, { ...selection, order }, range, types, steps);
  }

  return {
    count: async ({ from, behind }) => {
      let count = 0;
      for (let after: EventPosition | undefined = beforeAllAt(from); after; ) {
        const range = { after, until: afterAllAt(behind - 1n) };
        const [found] = countRows.get({ ...bind(range, types), limit: PART }) as unknown as [bigint];
        count += Number(found);
        if (Number(found) < PART) break;
        after = find('asc', range, PART - 1);
        if (slice.isOver()) await slice.next();
      }
      return count;
    },
    instantsOf: ({ from, behind }) => ({
      first: find('asc', { after: beforeAllAt(from), until: afterAllAt(behind - 1n) }, 0)?.epochNanoseconds,
      last: find('desc', { after: afterAllAt(behind - 1n), until: beforeAllAt(from) }, 0)?.epochNanoseconds,
    }),
  };
}

/** Counts the events of a type in the totals of whole hours, and the others in the index. The totals must be complete. */
export function createTotalsCounter(database: Database, type: string, slice: TimeSlice): RangeCounter {
  const index = createIndexCounter(database, type, slice);
  return {
    count: async (range) => {
      const { hours, edges } = divideRange(range);
      let count = hours ? sumTotals(database, type, hours) : 0;
      for (const edge of edges) count += await index.count(edge);
      return count;
    },
    instantsOf: index.instantsOf,
  };
}
