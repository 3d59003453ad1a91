import type { Event, JsonValue } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  type AggregateValue,
  aggregateEvents,
  type EventStorePort,
  epochNanosecondsOf,
  type Metric,
  type PayloadPath,
} from '@event-tracker/core/store';
import { cellOf } from '../src/cells.ts';
import { changed } from '../src/event-builder.ts';
import { NO_LIMIT } from '../src/reading.ts';
import type { Mutation } from './mutations.ts';

export const aggregating =
  (aggregate: (request: AggregateRequest, store: EventStorePort) => Promise<readonly AggregateCell[]>): Mutation =>
  (store) => ({ ...store, aggregate: (request) => aggregate(request, store) });

/** Changes the request of an aggregate. */
export const requestingCells = (change: (request: AggregateRequest) => Partial<AggregateRequest>): Mutation =>
  aggregating((request, store) => store.aggregate({ ...request, ...change(request) }));

/** Changes the cells of an aggregate. */
export const returningCells = (
  change: (cells: readonly AggregateCell[], request: AggregateRequest) => readonly AggregateCell[],
): Mutation => aggregating(async (request, store) => change(await store.aggregate(request), request));

/** Changes the values of an aggregate. */
export const returningValues = (change: (value: AggregateValue, metric: Metric) => AggregateValue): Mutation =>
  returningCells((cells, { metrics }) =>
    cells.map((cell) => ({
      ...cell,
      values: cell.values.map((value, index) => change(value, metrics[index] ?? { kind: 'count' })),
    })),
  );

/** Aggregates other events: those that a function returns for each event. */
export const misreading = (change: (event: Event, request: AggregateRequest) => readonly Event[]): Mutation =>
  aggregating(async (request, store) => {
    const events = await store.query({ filter: request.filter, order: 'asc', limit: NO_LIMIT });
    return aggregateEvents((visit) => {
      for (const event of events.flatMap((found) => change(found, request))) {
        visit(event, epochNanosecondsOf(event.timestamp));
      }
    }, request);
  });

/** Aggregates changed payloads, with a reviver of `JSON.parse`. */
export const misreadingPayload = (reviver: (name: string, value: JsonValue) => JsonValue): Mutation =>
  misreading((event) => [changed(event, { payload: JSON.parse(JSON.stringify(event.payload), reviver) })]);

/** Replaces paths. */
export const misreadingPaths = (change: (path: PayloadPath) => PayloadPath): Mutation =>
  requestingCells(({ metrics, groupBy }) => ({
    metrics: metrics.map((metric) => ('path' in metric ? { ...metric, path: change(metric.path) } : metric)),
    ...(groupBy !== undefined && { groupBy: groupBy === 'event_type' ? groupBy : change(groupBy) }),
  }));

/** Ranks groups by another order, and sums the cells of the rest instead of computing it from its events. */
export const ranking = (compare: (a: AggregateCell, b: AggregateCell) => number): Mutation =>
  aggregating(async (request, store) => {
    const { top, ...all } = request;
    const cells = [...(await store.aggregate(all))];
    if (top === undefined || cells.length <= top) return cells;
    cells.sort(compare);
    const rest = cells.slice(top);
    const values = request.metrics.map((_, index) =>
      rest.reduce<AggregateValue>((sum, cell) => sumOf(sum, cell.values[index] ?? null), null),
    );
    return [...cells.slice(0, top), cellOf({ isRest: true, values })];
  });

function sumOf(a: AggregateValue, b: AggregateValue): AggregateValue {
  if (a === null || b === null) return a ?? b;
  return Number(a) + Number(b);
}

/** Orders cells by their first value: the greatest first, null last. */
export function byValue(a: AggregateCell, b: AggregateCell): number {
  const [valueA = null, valueB = null] = [a.values[0], b.values[0]];
  if (valueA === null || valueB === null) return Number(valueA === null) - Number(valueB === null);
  return valueA < valueB ? 1 : Number(valueA > valueB) * -1;
}
