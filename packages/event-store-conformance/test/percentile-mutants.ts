import type { JsonValue } from '@event-tracker/core';
import { type Metric, matchesFilter, type PayloadPath } from '@event-tracker/core/store';
import { NO_LIMIT } from '../src/reading.ts';
import { aggregating, misreadingPayload, ranking, requestingCells, returningValues } from './aggregate-mutations.ts';
import { valuesAt } from './filter-mutations.ts';
import type { Mutation } from './mutations.ts';

/** Selects from the sorted numbers of a path in another way. Only for requests without buckets and groups. */
const selecting = (select: (sorted: readonly number[], percent: number) => number | null): Mutation =>
  aggregating(async (request, store) => {
    const [cell, ...others] = await store.aggregate(request);
    if (!cell || others.length > 0 || request.boundaries || request.groupBy) return cell ? [cell, ...others] : [];
    const events = await store.query({ filter: request.filter, order: 'asc', limit: NO_LIMIT });
    const numbersAt = (path: PayloadPath) =>
      events
        .filter((event) => matchesFilter(event, request.filter))
        .flatMap(({ payload }) => valuesAt(payload, path))
        .filter((value) => typeof value === 'number')
        .sort((a, b) => a - b);
    const valueFor = (metric: Metric, index: number) =>
      metric.kind.startsWith('p') && 'path' in metric
        ? select(numbersAt(metric.path), Number(metric.kind.slice(1)))
        : (cell.values[index] ?? null);
    return [{ ...cell, values: request.metrics.map(valueFor) }];
  });

const at = (sorted: readonly number[], index: number): number | null =>
  sorted[Math.floor(index)] ?? sorted.at(-1) ?? null;

export const PERCENTILES_MUTANTS = {
  'returns the number at the nearest rank': {
    'rounds ranks down': selecting((sorted, percent) => at(sorted, (sorted.length * percent) / 100)),
    'rounds ranks to the nearest integer': selecting((sorted, percent) =>
      at(sorted, Math.max(0, Math.round((sorted.length * percent) / 100) - 1)),
    ),
    'counts ranks between the first and the last number': selecting((sorted, percent) =>
      at(sorted, ((sorted.length - 1) * percent) / 100),
    ),
    'returns the mean of two numbers': selecting((sorted, percent) => {
      const place = ((sorted.length - 1) * percent) / 100;
      const [lower, upper] = [at(sorted, place), at(sorted, Math.ceil(place))];
      return lower === null || upper === null ? null : (lower + upper) / 2;
    }),
    'ranks distinct numbers': selecting((sorted, percent) => {
      const distinct = [...new Set(sorted)];
      return at(distinct, Math.ceil((distinct.length * percent) / 100) - 1);
    }),
    'multiplies by a fraction': selecting((sorted, percent) =>
      at(sorted, Math.ceil(sorted.length * (percent / 100) + 1e-9) - 1),
    ),
  },
  'returns a number to the last bit, of any size and sign': {
    'returns single floats': returningValues((value) => (typeof value === 'number' ? Math.fround(value) : value)),
    'sorts numbers as text': selecting((sorted, percent) =>
      at(sorted.map(String).sort().map(Number), Math.ceil((sorted.length * percent) / 100) - 1),
    ),
    'sorts by absolute value': selecting((sorted, percent) =>
      at(
        sorted.toSorted((a, b) => Math.abs(a) - Math.abs(b)),
        Math.ceil((sorted.length * percent) / 100) - 1,
      ),
    ),
  },
  'ranks the numbers at a path, all elements of arrays, and nothing else': {
    'reads numbers from strings': misreadingPayload((_, value) =>
      typeof value === 'string' && Number.isFinite(Number(value)) ? Number(value) : value,
    ),
    'treats true as 1': misreadingPayload((_, value) => (value === true ? 1_000 : value)),
    'reads the first element of an array': misreadingPayload((_, value) =>
      Array.isArray(value) ? (value[0] ?? null) : value,
    ),
    'ranks each value of an array once': misreadingPayload((_, value) =>
      Array.isArray(value) ? distinctElements(value) : value,
    ),
    'returns 0 for no numbers': returningValues((value) => value ?? 0),
  },
  'computes each bucket, each group and the rest, and ranks groups': {
    'adds up the rest': ranking((a, b) => Number(b.values[0] ?? -1) - Number(a.values[0] ?? -1)),
    'ranks groups by count': aggregating(async (request, store) => {
      const kept = await store.aggregate({ ...request, metrics: [{ kind: 'count' }, ...request.metrics] });
      return kept.map((cell) => ({ ...cell, values: cell.values.slice(1) }));
    }),
    'ignores buckets': requestingCells(({ boundaries }) => ({ boundaries: boundaries?.slice(0, 1) })),
    'treats a group without numbers as the greatest': returningValues((value) => value ?? Number.MAX_VALUE),
  },
  'ranks more than ten thousand numbers': {
    'ranks the first 10,000 numbers': selecting((sorted, percent) =>
      at(sorted.slice(0, 10_000), Math.ceil((Math.min(sorted.length, 10_000) * percent) / 100) - 1),
    ),
    estimates: returningValues((value) => (typeof value === 'number' ? value * 1.001 : value)),
  },
} satisfies Record<string, Record<string, Mutation>>;

function distinctElements(array: readonly JsonValue[]): JsonValue {
  return [...new Map(array.flat(9).map((element) => [JSON.stringify(element), element])).values()];
}
