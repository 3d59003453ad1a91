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

/** Understands another question. */
export const askingForCells = (change: (request: AggregateRequest) => Partial<AggregateRequest>): Mutation =>
  aggregating((request, store) => store.aggregate({ ...request, ...change(request) }));

/** Answers something else than it did. */
export const answeringCells = (
  change: (cells: readonly AggregateCell[], request: AggregateRequest) => readonly AggregateCell[],
): Mutation => aggregating(async (request, store) => change(await store.aggregate(request), request));

/** Answers other values. */
export const answeringValues = (change: (value: AggregateValue, metric: Metric) => AggregateValue): Mutation =>
  answeringCells((cells, { metrics }) =>
    cells.map((cell) => ({
      ...cell,
      values: cell.values.map((value, index) => change(value, metrics[index] ?? { kind: 'count' })),
    })),
  );

/** Reads other events than it found; none where the change gives none. */
export const misreading = (change: (event: Event, request: AggregateRequest) => readonly Event[]): Mutation =>
  aggregating(async (request, store) => {
    const events = await store.query({ filter: request.filter, order: 'asc', limit: NO_LIMIT });
    return aggregateEvents((visit) => {
      for (const event of events.flatMap((found) => change(found, request))) {
        visit(event, epochNanosecondsOf(event.timestamp));
      }
    }, request);
  });

/** Reads another payload: the function is `JSON.parse`'s reviver. */
export const misreadingPayload = (reviver: (name: string, value: JsonValue) => JsonValue): Mutation =>
  misreading((event) => [changed(event, { payload: JSON.parse(JSON.stringify(event.payload), reviver) })]);

/** Takes a path for another one. */
export const misreadingPaths = (change: (path: PayloadPath) => PayloadPath): Mutation =>
  askingForCells(({ metrics, groupBy }) => ({
    metrics: metrics.map((metric) => ('path' in metric ? { ...metric, path: change(metric.path) } : metric)),
    ...(groupBy !== undefined && { groupBy: groupBy === 'event_type' ? groupBy : change(groupBy) }),
  }));

/** Puts groups in another order to find the top ones, and adds up what is left instead of working it out. */
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

/** The greatest first value first, null last. */
export function byValue(a: AggregateCell, b: AggregateCell): number {
  const [valueA = null, valueB = null] = [a.values[0], b.values[0]];
  if (valueA === null || valueB === null) return Number(valueA === null) - Number(valueB === null);
  return valueA < valueB ? 1 : Number(valueA > valueB) * -1;
}
