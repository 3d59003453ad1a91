import { createTooManyCellsError } from '../errors.ts';
import type { EventOrder } from '../event/event-order.ts';
import { type EpochNanoseconds, epochNanosecondsOf } from '../event/timestamp.ts';
import { type EventFilter, needsPayload } from '../query/event-filter.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { AggregateRequest } from '../stats/aggregate-request.ts';
import { type ParsedStatsQuery, parseStatsQuery, type StatsQuery } from '../stats/stats-query.ts';
import { emptyRow, fillRows, groupsOf, rowsOf, type StatsRow, UNGROUPED } from '../stats/stats-rows.ts';
import { bucketStarts, formatBucketStart, type Interval } from '../stats/time-grid.ts';
import type { EventStorePort } from '../store/event-store-port.ts';

/** Most rows of one answer. */
const MAX_CELLS = 10_000;
const NANOSECONDS_PER_MS = 1_000_000n;

/** Both ends belong to it. */
interface TimeRange {
  readonly start: EpochNanoseconds;
  readonly end: EpochNanoseconds;
}

/**
 * Works out a metric of all events that match: in one number, per bucket of time, per group, or both.
 *
 * @returns by bucket, then by value, the greatest first and null last, then by group; buckets without events included
 * @throws InvalidQueryError, TooManyCellsError, or the store's own errors
 */
export async function queryStats(
  { store }: { readonly store: EventStorePort },
  query: StatsQuery,
): Promise<readonly StatsRow[]> {
  const parsed = parseStatsQuery(query);
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
  const starts = await startsOf(parsed, interval, range);
  // Held to one range, also where events are stored meanwhile beyond its ends.
  const request = toRequest({ ...parsed, filter: { ...filter, ...range } });
  if (groupBy !== undefined && starts.length * (top + 1) > MAX_CELLS) {
    // That many groups are possible, but perhaps there are fewer: counting them takes no cells.
    refuseTooMany(starts.length, (await store.aggregate(request)).length);
  }
  const boundaries = starts.map((ms) => BigInt(ms) * NANOSECONDS_PER_MS);
  const cells = await store.aggregate({ ...request, boundaries });
  const groups = groupBy === undefined ? [UNGROUPED] : groupsOf(cells);
  refuseTooMany(starts.length, groups.length);
  return fillRows(cells, groups, metric, starts.length, (bucket) =>
    formatBucketStart(starts[bucket] as number, timeZone),
  );
}

function toRequest({ filter, metric, groupBy, top }: ParsedStatsQuery): AggregateRequest {
  return groupBy === undefined ? { filter, metrics: [metric] } : { filter, metrics: [metric], groupBy, top };
}

/** The range that a filter names; where it leaves an end open, up to the last event there, if there is one. */
async function findRange(store: EventStorePort, filter: EventFilter): Promise<TimeRange | undefined> {
  const { start, end } = filter;
  if (start !== undefined && end !== undefined) return { start, end };
  return needsPayload(filter) ? workOutEnds(store, filter) : findEnds(store, filter);
}

/** Where an index leads to the first and the last event. */
async function findEnds(store: EventStorePort, filter: EventFilter): Promise<TimeRange | undefined> {
  const findEnd = async (order: EventOrder): Promise<EpochNanoseconds | undefined> => {
    const [event] = await store.query({ filter, order, limit: 1 });
    return event && epochNanosecondsOf(event.timestamp);
  };
  const [start, end] = await Promise.all([filter.start ?? findEnd('asc'), filter.end ?? findEnd('desc')]);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** Where it may take going through all events to find one: once, and with the time that an aggregate has. */
async function workOutEnds(store: EventStorePort, filter: EventFilter): Promise<TimeRange | undefined> {
  const [cell] = await store.aggregate({ filter, metrics: [{ kind: 'first' }, { kind: 'last' }] });
  if (!cell) return undefined;
  const [first, last] = cell.values as readonly [EpochNanoseconds, EpochNanoseconds]; // there is an event
  return { start: filter.start ?? first, end: filter.end ?? last };
}

/** Where the buckets of a range start, in epoch milliseconds; stops as soon as there are too many. */
async function startsOf(
  { timeZone }: ParsedStatsQuery,
  interval: Interval,
  { start, end }: TimeRange,
): Promise<readonly number[]> {
  const starts: number[] = [];
  const slice = beginTimeSlice();
  for (const bucketStart of bucketStarts(interval, timeZone, floorToMs(start), floorToMs(end))) {
    starts.push(bucketStart);
    refuseTooMany(starts.length, 1);
    if (slice.isOver()) await slice.next();
  }
  return starts;
}

function refuseTooMany(buckets: number, groups: number): void {
  if (buckets * groups > MAX_CELLS) throw createTooManyCellsError('the buckets of time, times the groups,', MAX_CELLS);
}

function floorToMs(instant: EpochNanoseconds): number {
  const remainder = instant % NANOSECONDS_PER_MS;
  return Number((instant - remainder) / NANOSECONDS_PER_MS) - (remainder < 0n ? 1 : 0);
}
