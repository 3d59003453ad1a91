import {
  type AggregateRequest,
  bucketEdges,
  type EpochNanoseconds,
  type EventPosition,
  needsOnlyTotals,
  type Totals,
} from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { bind } from './bind.ts';
import { afterAllAt, beforeAllAt, type EventRange } from './event-range.ts';
import { findTypes, isAnyType } from './find-types.ts';
import { positionAhead } from './position-ahead.ts';
import { COUNT_SEQUENCES, selectCount } from './select-events.ts';
import { createStride } from './stride.ts';

/** With fewer events for each lookup, reading the events costs less. */
const EVENTS_PER_LOOKUP = 20n;

/**
 * Counts events in the indexes, without reading them. The connection must be in a transaction.
 *
 * @returns undefined if the request requires reading events, or if that costs less
 * @throws the reason of the signal
 */
export async function findTotals(
  database: Database,
  request: AggregateRequest,
  signal: AbortSignal,
): Promise<readonly Totals[] | undefined> {
  const types = needsOnlyTotals(request) ? typesOf(database, request) : undefined;
  if (types === undefined) return undefined;
  const edges = bucketEdges(request);
  if (BigInt(types.length * edges.length) * EVENTS_PER_LOOKUP > countSequences(database)) return undefined;
  const hasInstants = request.metrics.some(({ kind }) => kind !== 'count');
  const totals: Totals[] = [];
  const stride = createStride();
  for (const type of types) {
    const index = createIndex(database, type);
    for (const [bucket, from] of edges.slice(0, -1).entries()) {
      const range = { from, behind: edges[bucket + 1] as EpochNanoseconds };
      let count = 0;
      for (let after: EventPosition | undefined = beforeAllAt(from); after; await stride.next()) {
        signal.throwIfAborted();
        const part = index.count(range, after, stride.length);
        count += part.count;
        after = part.ahead;
      }
      const event_type = request.groupBy === undefined ? undefined : type;
      if (count > 0) totals.push({ bucket, event_type, count, ...(hasInstants && index.instantsOf(range)) });
    }
  }
  return totals;
}

/** Returns the types to count; undefined in the list stands for all types, undefined for too many. */
function typesOf(
  database: Database,
  { filter, groupBy }: AggregateRequest,
): readonly (string | undefined)[] | undefined {
  if (!isAnyType(filter)) return findTypes(database, filter);
  return groupBy === undefined ? [undefined] : findTypes(database, { event_type_prefix: [''] });
}

/** Returns at least the number of events. */
function countSequences(database: Database): bigint {
  const [count] = database.statement(COUNT_SEQUENCES).get() as unknown as [bigint];
  return count;
}

/** Instants from `from` up to, but not including, `behind`. */
interface InstantRange {
  readonly from: EpochNanoseconds;
  readonly behind: EpochNanoseconds;
}

/** The index of a type, or of all events. */
function createIndex(database: Database, type: string | undefined) {
  const types = type === undefined ? undefined : [type];
  const selection = { order: 'asc', types: types?.length } as const;
  const countRows = database.statement(selectCount(selection));

  function find(order: 'asc' | 'desc', range: EventRange, steps: number): EventPosition | undefined {
    return positionAhead(database, { ...selection, order }, bind(range, types), steps);
  }

  return {
    /** Counts events strictly after a position. If there are more than `steps`, also returns the position to continue from. */
    count: ({ behind }: InstantRange, after: EventPosition, steps: number) => {
      const range = { after, until: afterAllAt(behind - 1n) };
      const ahead = find('asc', range, steps);
      if (ahead) return { count: steps + 1, ahead };
      const [count] = countRows.get(bind(range, types)) as unknown as [bigint];
      return { count: Number(count), ahead };
    },
    instantsOf: ({ from, behind }: InstantRange): Pick<Totals, 'first' | 'last'> => ({
      first: find('asc', { after: beforeAllAt(from), until: afterAllAt(behind - 1n) }, 0)?.epochNanoseconds,
      last: find('desc', { after: afterAllAt(behind - 1n), until: beforeAllAt(from) }, 0)?.epochNanoseconds,
    }),
  };
}
