import { setTimeout } from 'node:timers/promises';
import type { JsonValue } from '@event-tracker/core';
import { type AggregateCell, compareGroups, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core/store';
import { cellOf } from '../src/cells.ts';
import { changed, EARLIEST } from '../src/event-builder.ts';
import {
  aggregating,
  byValue,
  misreading,
  misreadingPaths,
  misreadingPayload,
  ranking,
  requestingCells,
  returningCells,
  returningValues,
} from './aggregate-mutations.ts';
import { storingInSteps } from './mutations.ts';

export const AGGREGATING_MUTANTS = {
  'counts the matching events, and returns no cell if none match': {
    'returns a cell of zeros': returningCells((cells, { metrics }) =>
      cells.length === 0 ? [cellOf({ values: metrics.map(() => 0) })] : cells,
    ),
  },
  'applies every part of a filter': {
    'ignores the end': requestingCells(({ filter }) => ({ filter: { ...filter, end: undefined } })),
    'ignores the payload': requestingCells(({ filter }) => ({ filter: { ...filter, payload: undefined } })),
    'ignores the types if there are prefixes': requestingCells(({ filter }) => ({
      filter: { ...filter, ...(filter.event_type_prefix && { event_type: undefined }) },
    })),
    'ignores the filter in the rest': aggregating(async (request, store) => {
      const [cells, unfiltered] = await Promise.all([
        store.aggregate(request),
        store.aggregate({ ...request, filter: {} }),
      ]);
      return [...cells.filter(({ isRest }) => !isRest), ...unfiltered.filter(({ isRest }) => isRest)];
    }),
  },
  'computes several metrics, in the requested order': {
    'computes each metric once': requestingCells(({ metrics }) => ({
      metrics: [...new Map(metrics.map((metric) => [JSON.stringify(metric), metric])).values()],
    })),
    'returns metrics in another order': requestingCells(({ metrics }) => ({
      metrics: metrics.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    })),
    'uses one path for all metrics': requestingCells(({ metrics }) => ({
      metrics: metrics.map((metric) => ('path' in metric ? { ...metric, path: ['v'] } : metric)),
    })),
  },
  'returns the first and the last instant to the nanosecond, from 1900 to 2262': {
    'computes with doubles': returningValues((value) => (typeof value === 'bigint' ? BigInt(Number(value)) : value)),
    'rounds to microseconds': returningValues((value) =>
      typeof value === 'bigint' ? (value / 1_000n) * 1_000n : value,
    ),
    'returns instants as numbers': returningValues((value) => (typeof value === 'bigint' ? Number(value) : value)),
  },
  'uses only the numbers at a path': {
    'reads numbers from strings': misreadingPayload((_, value) =>
      typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : value,
    ),
    'reads true as 1': misreadingPayload((_, value) => (value === true ? 1 : value)),
    'treats null as 0': misreadingPayload((_, value) => value ?? 0),
    'returns null for the sum of no numbers': returningValues((value, { kind }) =>
      kind === 'sum' && value === 0 ? null : value,
    ),
    'returns 0 for the average of no numbers': returningValues((value, { kind }) =>
      kind === 'avg' ? (value ?? 0) : value,
    ),
  },
  'returns the minimum and the maximum without rounding': {
    'rounds to single precision': returningValues((value) => (typeof value === 'number' ? Math.fround(value) : value)),
    'rounds to 15 digits': returningValues((value) =>
      typeof value === 'number' ? Number(value.toPrecision(15)) : value,
    ),
  },
  'sums many numbers': {
    'sums in single precision': returningValues((value, { kind }) =>
      kind === 'sum' && typeof value === 'number' ? Math.fround(value + 0.3) : value,
    ),
    'sums only integers': misreadingPayload((_, value) => (typeof value === 'number' ? Math.trunc(value) : value)),
  },
  'distinguishes numbers that differ in the last bit, also large ones': {
    'reads only 15 digits': misreadingPayload((_, value) =>
      typeof value === 'number' ? Number(value.toPrecision(15)) : value,
    ),
    'reads numbers beyond 64 bits as null': misreadingPayload((_, value) =>
      typeof value === 'number' && value >= 2 ** 64 ? null : value,
    ),
  },
  'returns null for a sum or an average that a double cannot hold': {
    'returns infinity': returningValues((value) => value ?? Number.POSITIVE_INFINITY),
  },
  'includes array elements at any position of a path, also of nested arrays': {
    'reads only the first element': misreadingPayload((_, value) =>
      Array.isArray(value) ? (value[0] ?? null) : value,
    ),
    'ignores nested arrays': misreadingPayload((_, value) =>
      Array.isArray(value) ? value.filter((element) => !Array.isArray(element)) : value,
    ),
    'accepts numeric indexes': misreadingPaths((path) => path.filter((name) => !/^\d+$/.test(name))),
  },
  'counts distinct scalars by JSON type and value, without null': {
    'compares values as text': misreadingPayload((_, value) => (isScalar(value) ? String(value) : value)),
    'counts null': misreadingPayload((_, value) => value ?? 'a distinct null'),
    'ignores case': misreadingPayload((_, value) => (typeof value === 'string' ? value.toLowerCase() : value)),
    'normalises text': misreadingPayload((_, value) => (typeof value === 'string' ? value.trim() : value)),
  },
  'counts more than ten thousand distinct scalars exactly': {
    estimates: returningValues((value, { kind }) => (kind === 'unique' ? Math.round(Number(value) * 1.01) : value)),
  },
  'accepts any text as a name in a path': {
    'splits names at dots': misreadingPaths((path) => path.flatMap((name) => name.split('.'))),
    'trims names': misreadingPaths((path) => path.map((name) => name.trim())),
    'does not quote names': aggregating(async (request, store) => {
      const isHarmless = request.metrics.every((metric) => !('path' in metric) || /^[^'"]*$/.test(metric.path.join()));
      return isHarmless ? store.aggregate(request) : [];
    }),
  },
  'puts events into buckets to the nanosecond, and excludes those before the first bucket': {
    'compares microseconds': misreading((event) => [
      changed(event, { timestamp: formatTimestamp((epochNanosecondsOf(event.timestamp) / 1_000n) * 1_000n) }),
    ]),
    'puts an event at a boundary into the previous bucket': requestingCells(({ boundaries }) => ({
      boundaries: boundaries?.map((boundary) => boundary + 1n),
    })),
    'puts earlier events into the first bucket': requestingCells(({ boundaries }) => ({
      boundaries: boundaries?.with(0, epochNanosecondsOf(EARLIEST) - 1n),
    })),
    'ends the last bucket': returningCells((cells, { boundaries }) =>
      cells.filter(({ bucket }) => bucket === 0 || bucket + 1 !== boundaries?.length),
    ),
    'numbers only the buckets with events': returningCells((cells) =>
      cells.toSorted((a, b) => a.bucket - b.bucket).map((cell, bucket) => ({ ...cell, bucket })),
    ),
  },
  'accepts as many buckets as the tracker requests': {
    'accepts only 5,000 buckets': requestingCells(({ boundaries }) => ({ boundaries: boundaries?.slice(0, 5_000) })),
  },
  'groups by the exact type': {
    'ignores case': misreading((event) => [changed(event, { event_type: event.event_type.toLowerCase() })]),
    'ignores spaces': misreading((event) => [changed(event, { event_type: event.event_type.trim() })]),
    'normalises text': misreading((event) => [changed(event, { event_type: event.event_type.normalize() })]),
  },
  'groups scalars by JSON type and value': {
    'compares values as text': misreadingPayload((_, value) => (isScalar(value) ? String(value) : value)),
    'reads booleans as numbers': misreadingPayload((_, value) => (typeof value === 'boolean' ? Number(value) : value)),
    'returns groups as text': returningCells((cells) => cells.map((cell) => ({ ...cell, group: String(cell.group) }))),
  },
  'puts an event without a scalar, or with null, into the group null': {
    'omits the event': returningCells((cells) => cells.filter(({ group }) => group !== null)),
    'reads a missing value as an empty string': misreading((event) => [
      changed(event, { payload: { g: '', ...event.payload } }),
    ]),
    'reads an object as its text': misreadingPayload((name, value) => (name === 'g' ? textOfObject(value) : value)),
  },
  'counts an event with an array once in the group of each distinct element': {
    'reads an array as its text': misreadingPayload((name, value) =>
      name === 'g' && Array.isArray(value) ? JSON.stringify(value) : value,
    ),
    'uses only the first element': misreadingPayload((name, value) =>
      name === 'g' && Array.isArray(value) ? (value[0] ?? null) : value,
    ),
    'counts the event once per element': misreading((event) => {
      const elements = Array.isArray(event.payload.g) ? event.payload.g.flat(3) : [event.payload.g ?? null];
      return elements.map((g) => changed(event, { payload: { ...event.payload, g } }));
    }),
  },
  'keeps the top groups by the first metric, and computes the rest from its events': {
    'omits the rest': returningCells((cells) => cells.filter(({ isRest }) => !isRest)),
    'sums the groups of the rest': ranking((a, b) => byValue(a, b) || compareGroups(a.group, b.group)),
    'keeps one group more': requestingCells(({ top }) => ({ top: top === undefined ? undefined : top + 1 })),
    'always returns a rest': returningCells((cells, { metrics }) =>
      cells.some(({ isRest }) => isRest) ? cells : [...cells, cellOf({ isRest: true, values: metrics.map(() => 0) })],
    ),
  },
  'counts an event with several groups outside the top once in the rest': {
    'sums the groups of the rest': ranking((a, b) => byValue(a, b) || compareGroups(a.group, b.group)),
    'excludes events of kept groups from the rest': aggregating(async (request, store) => {
      const cells = await store.aggregate(request);
      const kept = cells.flatMap(({ group, isRest }) => (isRest ? [] : [group]));
      const { groupBy, top, ...others } = request;
      if (typeof groupBy !== 'object' || top === undefined) return cells;
      const notKept = { path: groupBy, op: 'ne', operands: kept } as const;
      const [rest] = await store.aggregate({ ...others, filter: { ...others.filter, payload: [notKept] } });
      return [...cells.filter(({ isRest }) => !isRest), ...(rest ? [{ ...rest, isRest: true }] : [])];
    }),
  },
  'orders groups with equal values: false, true, numbers, strings by code point, null': {
    'orders groups as text': ranking((a, b) => byValue(a, b) || (String(a.group) < String(b.group) ? -1 : 1)),
    'orders groups by UTF-16 code units': ranking((a, b) => byValue(a, b) || compareUnits(a, b)),
    'puts null first': ranking(
      (a, b) => byValue(a, b) || Number(b.group === null) - Number(a.group === null) || compareGroups(a.group, b.group),
    ),
    'keeps the groups that arrived first': ranking(byValue),
  },
  'ranks groups without a value last': {
    'ranks null first': ranking((a, b) => Number(b.values[0] === null) - Number(a.values[0] === null) || byValue(a, b)),
    'treats null as 0': ranking((a, b) => Number(b.values[0] ?? 0) - Number(a.values[0] ?? 0)),
  },
  'ranks groups by their events in all buckets': {
    'ranks each bucket separately': aggregating(async ({ boundaries, ...request }, store) => {
      if (!boundaries) return store.aggregate(request);
      const buckets = await Promise.all(
        boundaries.map((start, index) => {
          const next = boundaries[index + 1];
          const end = next === undefined ? request.filter.end : next - 1n;
          return store.aggregate({ ...request, filter: { ...request.filter, start, end } });
        }),
      );
      return buckets.flatMap((cells, bucket) => cells.map((cell) => ({ ...cell, bucket })));
    }),
    'includes events before the first bucket in the ranking': aggregating(async (request, store) => {
      const cells = await store.aggregate({ ...request, boundaries: undefined });
      const kept = cells.flatMap(({ group, isRest }) => (isRest ? [] : [group]));
      const all = await store.aggregate({ ...request, top: undefined });
      return all.map((cell) => (kept.includes(cell.group) ? cell : { ...cell, group: null, isRest: true }));
    }),
  },
  'returns thousands of groups': {
    'returns only 1,000 cells': returningCells((cells) => cells.slice(0, 1_000)),
    'ranks only 1,000 groups': aggregating(async (request, store) => {
      const cells = await store.aggregate(request);
      return request.top === undefined
        ? cells
        : cells.map((cell) => ({ ...cell, group: cell.isRest ? null : 'group-999' }));
    }),
  },
  'counts all events of a batch or none, and all events stored before the call': { 'stores in steps': storingInSteps },
  'is not affected when the request is mutated during the call': {
    'waits before it reads the request': aggregating(async (request, store) => {
      await setTimeout(1);
      return store.aggregate(request);
    }),
  },
};

export const RANDOM_AGGREGATE_MUTANTS = {
  'returns what aggregateEvents returns': {
    'excludes the end of a range if there are buckets': requestingCells(({ filter, boundaries }) => ({
      filter: boundaries && filter.end !== undefined ? { ...filter, end: filter.end - 1n } : filter,
    })),
    'sums the groups of the rest': ranking((a, b) => byValue(a, b) || compareGroups(a.group, b.group)),
    'averages over events instead of numbers': aggregating(async (request, store) => {
      const cells = await store.aggregate({ ...request, metrics: [...request.metrics, { kind: 'count' }] });
      return cells.map(({ values, ...cell }) => ({
        ...cell,
        values: values.slice(0, -1).map((value, index) => {
          const isSparse = request.metrics[index]?.kind === 'avg' && values.at(-1) !== 1;
          return isSparse && typeof value === 'number' ? value / 2 : value;
        }),
      }));
    }),
  },
};

function isScalar(value: JsonValue): boolean {
  return typeof value !== 'object' && value !== null;
}

function textOfObject(value: JsonValue): JsonValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;
}

function compareUnits(a: AggregateCell, b: AggregateCell): number {
  if (typeof a.group === 'string' && typeof b.group === 'string') return a.group < b.group ? -1 : 1;
  return compareGroups(a.group, b.group);
}
