import { setTimeout } from 'node:timers/promises';
import type { JsonValue } from '@event-tracker/core';
import { type AggregateCell, compareGroups, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core/store';
import { cellOf } from '../src/cells.ts';
import { changed, EARLIEST } from '../src/event-builder.ts';
import {
  aggregating,
  answeringCells,
  answeringValues,
  askingForCells,
  byValue,
  misreading,
  misreadingPaths,
  misreadingPayload,
  ranking,
} from './aggregate-mutations.ts';
import { storingInSteps } from './mutations.ts';

export const AGGREGATING_MUTANTS = {
  'counts the events that match, and answers no cell where there are none': {
    'answers a cell of zeros': answeringCells((cells, { metrics }) =>
      cells.length === 0 ? [cellOf({ values: metrics.map(() => 0) })] : cells,
    ),
  },
  'keeps to every part of a filter': {
    'overlooks the end': askingForCells(({ filter }) => ({ filter: { ...filter, end: undefined } })),
    'overlooks the payload': askingForCells(({ filter }) => ({ filter: { ...filter, payload: undefined } })),
    'overlooks the types beside beginnings': askingForCells(({ filter }) => ({
      filter: { ...filter, ...(filter.event_type_prefix && { event_type: undefined }) },
    })),
    'overlooks the filter in the rest': aggregating(async (request, store) => {
      const [cells, unfiltered] = await Promise.all([
        store.aggregate(request),
        store.aggregate({ ...request, filter: {} }),
      ]);
      return [...cells.filter(({ isRest }) => !isRest), ...unfiltered.filter(({ isRest }) => isRest)];
    }),
  },
  'works out several metrics, in the order asked for': {
    'works each metric out once': askingForCells(({ metrics }) => ({
      metrics: [...new Map(metrics.map((metric) => [JSON.stringify(metric), metric])).values()],
    })),
    'has an order of its own': askingForCells(({ metrics }) => ({
      metrics: metrics.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    })),
    'knows one path': askingForCells(({ metrics }) => ({
      metrics: metrics.map((metric) => ('path' in metric ? { ...metric, path: ['v'] } : metric)),
    })),
  },
  'finds the first and the last to the nanosecond, from 1900 to 2262': {
    'counts in doubles': answeringValues((value) => (typeof value === 'bigint' ? BigInt(Number(value)) : value)),
    'counts in microseconds': answeringValues((value) =>
      typeof value === 'bigint' ? (value / 1_000n) * 1_000n : value,
    ),
    'answers numbers': answeringValues((value) => (typeof value === 'bigint' ? Number(value) : value)),
  },
  'takes the numbers that stand at a path, and nothing else': {
    'reads numbers out of text': misreadingPayload((_, value) =>
      typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : value,
    ),
    'takes true for 1': misreadingPayload((_, value) => (value === true ? 1 : value)),
    'takes null for 0': misreadingPayload((_, value) => value ?? 0),
    'answers null for the sum of nothing': answeringValues((value, { kind }) =>
      kind === 'sum' && value === 0 ? null : value,
    ),
    'answers 0 for the average of nothing': answeringValues((value, { kind }) =>
      kind === 'avg' ? (value ?? 0) : value,
    ),
  },
  'keeps the least and the greatest number to the last bit': {
    'keeps single floats': answeringValues((value) => (typeof value === 'number' ? Math.fround(value) : value)),
    'writes 15 digits': answeringValues((value) => (typeof value === 'number' ? Number(value.toPrecision(15)) : value)),
  },
  'adds up many numbers': {
    'adds up single floats': answeringValues((value, { kind }) =>
      kind === 'sum' && typeof value === 'number' ? Math.fround(value + 0.3) : value,
    ),
    'adds up integers': misreadingPayload((_, value) => (typeof value === 'number' ? Math.trunc(value) : value)),
  },
  'tells numbers apart to the last bit, however large': {
    'reads 15 digits': misreadingPayload((_, value) =>
      typeof value === 'number' ? Number(value.toPrecision(15)) : value,
    ),
    'reads numbers beyond 64 bits as null': misreadingPayload((_, value) =>
      typeof value === 'number' && value >= 2 ** 64 ? null : value,
    ),
  },
  'has no sum and no average beyond what a double holds': {
    'returns infinity': answeringValues((value) => value ?? Number.POSITIVE_INFINITY),
  },
  'reaches into arrays on the way and at the end, nested ones too': {
    'reads the first element': misreadingPayload((_, value) => (Array.isArray(value) ? (value[0] ?? null) : value)),
    'leaves out arrays in arrays': misreadingPayload((_, value) =>
      Array.isArray(value) ? value.filter((element) => !Array.isArray(element)) : value,
    ),
    'has numeric indexes': misreadingPaths((path) => path.filter((name) => !/^\d+$/.test(name))),
  },
  'counts different scalars by JSON type and value, null left out': {
    'compares text': misreadingPayload((_, value) => (isScalar(value) ? String(value) : value)),
    'counts null': misreadingPayload((_, value) => value ?? 'a null of its own'),
    'does not mind case': misreadingPayload((_, value) => (typeof value === 'string' ? value.toLowerCase() : value)),
    'normalises text': misreadingPayload((_, value) => (typeof value === 'string' ? value.trim() : value)),
  },
  'counts tens of thousands of different scalars exactly': {
    estimates: answeringValues((value, { kind }) => (kind === 'unique' ? Math.round(Number(value) * 1.01) : value)),
  },
  'takes a name in a path for a name, whatever it looks like': {
    'splits names at dots': misreadingPaths((path) => path.flatMap((name) => name.split('.'))),
    'trims names': misreadingPaths((path) => path.map((name) => name.trim())),
    'cannot quote': aggregating(async (request, store) => {
      const isHarmless = request.metrics.every((metric) => !('path' in metric) || /^[^'"]*$/.test(metric.path.join()));
      return isHarmless ? store.aggregate(request) : [];
    }),
  },
  'puts events into buckets to the nanosecond, and leaves out those before the first': {
    'compares microseconds': misreading((event) => [
      changed(event, { timestamp: formatTimestamp((epochNanosecondsOf(event.timestamp) / 1_000n) * 1_000n) }),
    ]),
    'puts an event on a boundary into the bucket before': askingForCells(({ boundaries }) => ({
      boundaries: boundaries?.map((boundary) => boundary + 1n),
    })),
    'puts what is before the first bucket into it': askingForCells(({ boundaries }) => ({
      boundaries: boundaries?.with(0, epochNanosecondsOf(EARLIEST) - 1n),
    })),
    'lets the last bucket end': answeringCells((cells, { boundaries }) =>
      cells.filter(({ bucket }) => bucket === 0 || bucket + 1 !== boundaries?.length),
    ),
    'answers the number among the buckets that are there': answeringCells((cells) =>
      cells.toSorted((a, b) => a.bucket - b.bucket).map((cell, bucket) => ({ ...cell, bucket })),
    ),
  },
  'takes as many buckets as the tracker asks for': {
    'takes 5,000': askingForCells(({ boundaries }) => ({ boundaries: boundaries?.slice(0, 5_000) })),
  },
  'groups by type exactly': {
    'does not mind case': misreading((event) => [changed(event, { event_type: event.event_type.toLowerCase() })]),
    'does not mind spaces': misreading((event) => [changed(event, { event_type: event.event_type.trim() })]),
    'normalises text': misreading((event) => [changed(event, { event_type: event.event_type.normalize() })]),
  },
  'groups by scalar, by JSON type and value': {
    'compares text': misreadingPayload((_, value) => (isScalar(value) ? String(value) : value)),
    'takes booleans for numbers': misreadingPayload((_, value) => (typeof value === 'boolean' ? Number(value) : value)),
    'answers text': answeringCells((cells) => cells.map((cell) => ({ ...cell, group: String(cell.group) }))),
  },
  'puts an event into the group null where there is no scalar, and null is one': {
    'leaves it out': answeringCells((cells) => cells.filter(({ group }) => group !== null)),
    'takes what is missing for empty text': misreading((event) => [
      changed(event, { payload: { g: '', ...event.payload } }),
    ]),
    'takes an object for its text': misreadingPayload((name, value) => (name === 'g' ? textOfObject(value) : value)),
  },
  'counts an event of an array once in the group of each different element': {
    'takes an array for its text': misreadingPayload((name, value) =>
      name === 'g' && Array.isArray(value) ? JSON.stringify(value) : value,
    ),
    'puts it into the group of the first': misreadingPayload((name, value) =>
      name === 'g' && Array.isArray(value) ? (value[0] ?? null) : value,
    ),
    'counts it as often as it has elements': misreading((event) => {
      const elements = Array.isArray(event.payload.g) ? event.payload.g.flat(3) : [event.payload.g ?? null];
      return elements.map((g) => changed(event, { payload: { ...event.payload, g } }));
    }),
  },
  'keeps the top groups by the first metric, and works out the rest anew': {
    'leaves the rest out': answeringCells((cells) => cells.filter(({ isRest }) => !isRest)),
    'adds the rest up': ranking((a, b) => byValue(a, b) || compareGroups(a.group, b.group)),
    'keeps one more': askingForCells(({ top }) => ({ top: top === undefined ? undefined : top + 1 })),
    'has a rest always': answeringCells((cells, { metrics }) =>
      cells.some(({ isRest }) => isRest) ? cells : [...cells, cellOf({ isRest: true, values: metrics.map(() => 0) })],
    ),
  },
  'counts an event of several groups beyond the top once in the rest': {
    'adds the rest up': ranking((a, b) => byValue(a, b) || compareGroups(a.group, b.group)),
    'has in the rest what is in no kept group': aggregating(async (request, store) => {
      const cells = await store.aggregate(request);
      const kept = cells.flatMap(({ group, isRest }) => (isRest ? [] : [group]));
      const { groupBy, top, ...others } = request;
      if (typeof groupBy !== 'object' || top === undefined) return cells;
      const notKept = { path: groupBy, op: 'ne', operands: kept } as const;
      const [rest] = await store.aggregate({ ...others, filter: { ...others.filter, payload: [notKept] } });
      return [...cells.filter(({ isRest }) => !isRest), ...(rest ? [{ ...rest, isRest: true }] : [])];
    }),
  },
  'takes the first of equal groups: false, true, numbers, strings by code point, null': {
    'orders them as text': ranking((a, b) => byValue(a, b) || (String(a.group) < String(b.group) ? -1 : 1)),
    'orders by UTF-16 units': ranking((a, b) => byValue(a, b) || compareUnits(a, b)),
    'puts null first': ranking(
      (a, b) => byValue(a, b) || Number(b.group === null) - Number(a.group === null) || compareGroups(a.group, b.group),
    ),
    'keeps those that came first': ranking(byValue),
  },
  'ranks groups without a value last': {
    'takes null for the greatest': ranking(
      (a, b) => Number(b.values[0] === null) - Number(a.values[0] === null) || byValue(a, b),
    ),
    'takes null for 0': ranking((a, b) => Number(b.values[0] ?? 0) - Number(a.values[0] ?? 0)),
  },
  'ranks groups over all buckets, by what is in them': {
    'ranks every bucket by itself': aggregating(async ({ boundaries, ...request }, store) => {
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
    'ranks by what is before the first bucket, too': aggregating(async (request, store) => {
      const cells = await store.aggregate({ ...request, boundaries: undefined });
      const kept = cells.flatMap(({ group, isRest }) => (isRest ? [] : [group]));
      const all = await store.aggregate({ ...request, top: undefined });
      return all.map((cell) => (kept.includes(cell.group) ? cell : { ...cell, group: null, isRest: true }));
    }),
  },
  'takes as many groups as there are': {
    'answers 1,000 cells': answeringCells((cells) => cells.slice(0, 1_000)),
    'ranks among 1,000 groups': aggregating(async (request, store) => {
      const cells = await store.aggregate(request);
      return request.top === undefined
        ? cells
        : cells.map((cell) => ({ ...cell, group: cell.isRest ? null : 'group-999' }));
    }),
  },
  'counts all of a batch or nothing of it, and all that was stored before': { 'stores in steps': storingInSteps },
  'answers what was asked when the question is mutated while the call is under way': {
    'waits before it reads the question': aggregating(async (request, store) => {
      await setTimeout(1);
      return store.aggregate(request);
    }),
  },
};

export const RANDOM_AGGREGATE_MUTANTS = {
  'answers as aggregateEvents does': {
    'counts the end of a range out where there are buckets': askingForCells(({ filter, boundaries }) => ({
      filter: boundaries && filter.end !== undefined ? { ...filter, end: filter.end - 1n } : filter,
    })),
    'adds up what is left': ranking((a, b) => byValue(a, b) || compareGroups(a.group, b.group)),
    'averages over events': aggregating(async (request, store) => {
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
