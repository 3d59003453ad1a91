import type { Event, JsonObject } from '../event/event.ts';
import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import { type PayloadPath, someValueAt } from '../query/payload-path.ts';
import type { AggregateValue, Metric } from './aggregate-request.ts';
import type { Hold } from './held-scalars.ts';
import { createNumberList, type NumberList } from './number-list.ts';
import { createScalarMap, type ScalarMap } from './scalar-map.ts';

/** The state of a metric for one cell. It is one small object because there may be a million cells. */
export interface Tally {
  /** Number of events, numbers or different scalars so far. */
  count: number;
  /** The sum, or the least or greatest number, so far. */
  number: number;
  /** The earliest or latest instant so far. */
  instant: EpochNanoseconds | undefined;
  /** The first scalar. With two or more, all are in `scalars`. */
  scalar: JsonScalar;
  scalars: ScalarMap<true> | undefined;
  /** All numbers of a percentile. */
  numbers: NumberList | undefined;
}

/** The members of an event that a metric uses. The payload is used only if the request has a path. */
export type CountedEvent = Pick<Event, 'event_type' | 'payload'>;

/** Computes a metric. */
export interface Counting {
  add(tally: Tally, event: CountedEvent, epochNanoseconds: EpochNanoseconds): void;
  resultOf(tally: Tally): AggregateValue;
}

export function createTally(): Tally {
  return { count: 0, number: 0, instant: undefined, scalar: null, scalars: undefined, numbers: undefined };
}

/**
 * Returns the computation that defines a metric.
 *
 * @param hold called with each scalar that is kept in memory in addition to those of the cells
 */
export function countingOf(metric: Metric, hold: Hold): Counting {
  switch (metric.kind) {
    case 'count':
      return {
        add: (tally) => {
          tally.count++;
        },
        resultOf: ({ count }) => count,
      };
    case 'first':
      return instantCounting((candidate, known) => candidate < known);
    case 'last':
      return instantCounting((candidate, known) => candidate > known);
    case 'unique':
      return {
        add: (tally, { payload }) => forEachScalarAt(payload, metric.path, (scalar) => addScalar(tally, scalar, hold)),
        resultOf: ({ count }) => count,
      };
    case 'sum':
      return numberCounting(metric.path, add, ({ number }) => finiteOrNull(number));
    case 'avg':
      return numberCounting(metric.path, add, ({ count, number }) =>
        count === 0 ? null : finiteOrNull(number / count),
      );
    case 'min':
      return numberCounting(metric.path, Math.min, numberOrNull);
    case 'max':
      return numberCounting(metric.path, Math.max, numberOrNull);
    default:
      return percentileCounting(metric.path, Number(metric.kind.slice(1)), hold);
  }
}

/** Visits every scalar at a path, including repeated ones. */
export function forEachScalarAt(payload: JsonObject, path: PayloadPath, visit: (scalar: JsonScalar) => void): void {
  someValueAt(payload, path, (value) => {
    // someValueAt enters arrays, so all other values are objects.
    if (typeof value !== 'object' || value === null) visit(value);
    return false;
  });
}

function instantCounting(isBetter: (candidate: EpochNanoseconds, known: EpochNanoseconds) => boolean): Counting {
  return {
    add: (tally, _event, epochNanoseconds) => {
      if (tally.instant === undefined || isBetter(epochNanoseconds, tally.instant)) tally.instant = epochNanoseconds;
    },
    resultOf: ({ instant }) => instant ?? null,
  };
}

function numberCounting(
  path: PayloadPath,
  combine: (a: number, b: number) => number,
  resultOf: Counting['resultOf'],
): Counting {
  return {
    add: (tally, { payload }) =>
      forEachScalarAt(payload, path, (scalar) => {
        if (typeof scalar !== 'number') return;
        tally.number = tally.count === 0 ? scalar : combine(tally.number, scalar);
        tally.count++;
      }),
    resultOf,
  };
}

function percentileCounting(path: PayloadPath, percent: number, hold: Hold): Counting {
  return {
    add: (tally, { payload }) =>
      forEachScalarAt(payload, path, (scalar) => {
        if (typeof scalar !== 'number') return;
        hold.number();
        tally.numbers ??= createNumberList();
        tally.numbers.add(scalar);
        tally.count++;
      }),
    // A quotient of integers that divide evenly is exact, so that no rank is too high by one.
    resultOf: ({ numbers, count }) => numbers?.ofRank(Math.ceil((count * percent) / 100)) ?? null,
  };
}

function add(a: number, b: number): number {
  return a + b;
}

function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}

function numberOrNull({ count, number }: Tally): number | null {
  return count === 0 ? null : number;
}

function addScalar(tally: Tally, scalar: JsonScalar, hold: Hold): void {
  if (scalar === null) return;
  if (tally.count === 0) tally.scalar = scalar;
  else if (tally.count > 1 || scalar !== tally.scalar) {
    tally.scalars ??= startScalars(tally.scalar);
    tally.scalars.set(scalar, true);
    if (tally.scalars.size > tally.count) hold.scalar(scalar);
  }
  tally.count = tally.scalars?.size ?? 1;
}

function startScalars(first: JsonScalar): ScalarMap<true> {
  const scalars = createScalarMap<true>();
  scalars.set(first, true);
  return scalars;
}
