import { createTooManyCellsError } from '../errors.ts';
import type { EventOrder } from '../event/event-order.ts';
import { type EpochNanoseconds, epochNanosecondsOf, formatTimestamp } from '../event/timestamp.ts';
import { type EventFilter, needsPayload } from '../query/event-filter.ts';
import type { TimeZone } from '../query/time-zone.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { AggregateRequest } from '../stats/aggregate-request.ts';
import { type ParsedStatsQuery, parseStatsQuery, type StatsQuery } from '../stats/stats-query.ts';
import { emptyRow, fillRows, groupsOf, rowsOf, type StatsRow, UNGROUPED } from '../stats/stats-rows.ts';
import { AVERAGE_LENGTH_MS, bucketStarts, formatBucketStart, type Interval } from '../stats/time-grid.ts';
import type { EventStorePort, StoreReadOptions } from '../store/event-store-port.ts';
import { wrapCalls } from '../store/wrap-calls.ts';

/** Greatest number of rows of a result. */
const MAX_CELLS = 10_000;
const NANOSECONDS_PER_MS = 1_000_000n;

/** The buckets that a query asks for. */
interface Grid {
  readonly interval: Interval;
  readonly filter: EventFilter;
  readonly range: TimeRange;
}

/** A time range that includes both ends. */
interface TimeRange {
  readonly start: EpochNanoseconds;
  readonly end: EpochNanoseconds;
}

/**
 * Computes a metric of all matching events: one number, or one per time bucket, per group, or both.
 *
 * @returns rows ordered by bucket, then by value (the greatest first, null last), then by group; includes empty buckets
 * @throws InvalidQueryError, TooManyCellsError, or the store's errors
 */
export async function queryStats(
  dependencies: { readonly store: EventStorePort },
  query: StatsQuery,
  options?: StoreReadOptions,
): Promise<readonly StatsRow[]> {
  const parsed = parseStatsQuery(query);
  const store = wrapCalls(dependencies.store, (_, work) => work(options));
  const { metric, interval, groupBy } = parsed;
  if (interval !== undefined) return queryStatsByTime(store, parsed, interval);
  const cells = await store.aggregate(toRequest(parsed));
  return cells.length === 0 && groupBy === undefined ? [emptyRow(null, UNGROUPED, metric)] : rowsOf(cells);
}

async function queryStatsByTime(
  store: EventStorePort,
  parsed: ParsedStatsQuery,
  interval: Interval,
): Promise<readonly StatsRow[]> {
  const { filter, metric, timeZone, groupBy, top } = parsed;
  const range = await findRange(store, filter);
  if (!range || range.start > range.end) return [];
  const grid: Grid = { interval, filter, range };
  const starts = await startsOf(grid, timeZone);
  // Limited to the range, because events may be stored outside it in the meantime.
  const request = toRequest({ ...parsed, filter: { ...filter, ...range } });
  if (groupBy !== undefined && starts.length * (top + 1) > MAX_CELLS) {
    // There may be fewer groups than `top`: counting them requires no cells per bucket.
    requireFewRows(grid, starts.length, (await store.aggregate(request)).length);
  }
  const boundaries = starts.map((ms) => BigInt(ms) * NANOSECONDS_PER_MS);
  const cells = await store.aggregate({ ...request, boundaries });
  const groups = groupBy === undefined ? [UNGROUPED] : groupsOf(cells);
  requireFewRows(grid, starts.length, groups.length);
  return fillRows(cells, groups, metric, starts.length, (bucket) =>
    formatBucketStart(starts[bucket] as number, timeZone),
  );
}

function toRequest({ filter, metric, groupBy, top }: ParsedStatsQuery): AggregateRequest {
  return groupBy === undefined ? { filter, metrics: [metric] } : { filter, metrics: [metric], groupBy, top };
}

/** Returns the range of a filter; an open end is that of the first or last event, or undefined if there is none. */
async function findRange(store: EventStorePort, filter: EventFilter): Promise<TimeRange | undefined> {
  const { start, end } = filter;
  if (start !== undefined && end !== undefined) return { start, end };
  return needsPayload(filter) ? aggregateEnds(store, filter) : findEnds(store, filter);
}

/** Finds the first and the last event with an index. */
async function findEnds(store: EventStorePort, filter: EventFilter): Promise<TimeRange | undefined> {
  const findEnd = async (order: EventOrder): Promise<EpochNanoseconds | undefined> => {
    const [event] = await store.query({ filter, order, limit: 1 });
    return event && epochNanosecondsOf(event.timestamp);
  };
  const [start, end] = await Promise.all([filter.start ?? findEnd('asc'), filter.end ?? findEnd('desc')]);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** Finds the first and the last event with one aggregate, because finding them may require reading all events. */
async function aggregateEnds(store: EventStorePort, filter: EventFilter): Promise<TimeRange | undefined> {
  const [cell] = await store.aggregate({ filter, metrics: [{ kind: 'first' }, { kind: 'last' }] });
  if (!cell) return undefined;
  const [first, last] = cell.values as readonly [EpochNanoseconds, EpochNanoseconds]; // there is an event
  return { start: filter.start ?? first, end: filter.end ?? last };
}

/** Returns the starts of the buckets of a range, in epoch milliseconds; throws as soon as there are too many. */
async function startsOf(grid: Grid, timeZone: TimeZone): Promise<readonly number[]> {
  const { interval, range } = grid;
  const starts: number[] = [];
  const slice = beginTimeSlice();
  for (const bucketStart of bucketStarts(interval, timeZone, floorToMs(range.start), floorToMs(range.end))) {
    if (slice.isOver()) await slice.next();
    starts.push(bucketStart);
    if (starts.length > MAX_CELLS) throw tooManyCells(grid, `about ${estimateBuckets(grid)} buckets`, '');
  }
  return starts;
}

function requireFewRows(grid: Grid, buckets: number, groups: number): void {
  if (buckets * groups > MAX_CELLS)
    throw tooManyCells(
      grid,
      `${buckets * groups} rows (${buckets} buckets times ${groups} groups)`,
      ', or a smaller top',
    );
}

/** Includes the range in the message, because an old or misdated event can make it larger than the client expects. */
function tooManyCells({ interval, filter, range }: Grid, what: string, otherCure: string): Error {
  const start = formatTimestamp(range.start) + (filter.start === undefined ? ' (the first match)' : '');
  const end = formatTimestamp(range.end) + (filter.end === undefined ? ' (the last match)' : '');
  const isOpen = filter.start === undefined || filter.end === undefined;
  const cure = isOpen ? 'set start and end, or use' : 'move start and end closer together, or use';
  return createTooManyCellsError(
    `${what} of ${interval} from ${start} to ${end}`,
    MAX_CELLS,
    `${cure} a longer interval${otherCure}`,
  );
}

function estimateBuckets({ interval, range }: Grid): number {
  return Math.ceil((floorToMs(range.end) - floorToMs(range.start) + 1) / AVERAGE_LENGTH_MS[interval]);
}

function floorToMs(instant: EpochNanoseconds): number {
  const remainder = instant % NANOSECONDS_PER_MS;
  return Number((instant - remainder) / NANOSECONDS_PER_MS) - (remainder < 0n ? 1 : 0);
}
