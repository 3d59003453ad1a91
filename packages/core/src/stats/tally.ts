import type { Event, JsonObject } from '../event/event.ts';
import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import { type PayloadPath, someValueAt } from '../query/payload-path.ts';
import type { AggregateValue, Metric } from './aggregate-request.ts';
import type { Hold } from './held-scalars.ts';
import { createNumberList, type NumberList } from './number-list.ts';
import { type ScalarSet, scalarsIn, sizeOf, withScalar } from './scalar-set.ts';

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
  scalars: ScalarSet | undefined;
  /** All numbers of a percentile. */
  numbers: NumberList | undefined;
}

/** The members of an event that a metric uses. The payload is used only if the request has a path. */
export type CountedEvent = Pick<Event, 'event_type' | 'payload'>;

/** Computes a metric. */
export interface Counting {
  add(tally: Tally, event: CountedEvent, epochNanoseconds: EpochNanoseconds): void;
  resultOf(tally: Tally): AggregateValue;
  /** Adds the state of a tally of other events. Each step of the iteration is short, although a tally can have many scalars. */
  merge(tally: Tally, other: Tally): Iterable<unknown>;
}

/** The steps of a merge that needs only one. */
const ONE_STEP: Iterable<unknown> = [undefined];
/** For scalars that were already counted as held. */
const HELD: Hold = { scalar: () => {}, number: () => {} };

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
        merge: (tally, { count }) => {
          tally.count += count;
          return ONE_STEP;
        },
      };
    case 'first':
      return instantCounting((candidate, known) => candidate < known);
    case 'last':
      return instantCounting((candidate, known) => candidate > known);
    case 'unique':
      return {
        add: (tally, { payload }) => forEachScalarAt(payload, metric.path, (scalar) => addScalar(tally, scalar, hold)),
        resultOf: ({ count }) => count,
        *merge(tally, other) {
          for (const scalar of scalarsOf(other)) yield addScalar(tally, scalar, HELD);
        },
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
  const addInstant = (tally: Tally, instant: EpochNanoseconds): void => {
    if (tally.instant === undefined || isBetter(instant, tally.instant)) tally.instant = instant;
  };
  return {
    add: (tally, _event, epochNanoseconds) => addInstant(tally, epochNanoseconds),
    resultOf: ({ instant }) => instant ?? null,
    merge: (tally, { instant }) => {
      if (instant !== undefined) addInstant(tally, instant);
      return ONE_STEP;
    },
  };
}

function numberCounting(
  path: PayloadPath,
  combine: (a: number, b: number) => number,
  resultOf: Counting['resultOf'],
): Counting {
  const addNumber = (tally: Tally, number: number, count: number): void => {
    tally.number = tally.count === 0 ? number : combine(tally.number, number);
    tally.count += count;
  };
  return {
    add: (tally, { payload }) =>
      forEachScalarAt(payload, path, (scalar) => {
        if (typeof scalar === 'number') addNumber(tally, scalar, 1);
      }),
    resultOf,
    merge: (tally, { number, count }) => {
      if (count > 0) addNumber(tally, number, count);
      return ONE_STEP;
    },
  };
}

function percentileCounting(path: PayloadPath, percent: number, hold: Hold): Counting {
  return {
    add: (tally, { payload }) =>
      forEachScalarAt(payload, path, (scalar) => {
        if (typeof scalar !== 'number') return;
        hold.number();
        addToNumbers(tally, scalar);
      }),
    // A quotient of integers that divide evenly is exact, so that no rank is too high by one.
    resultOf: ({ numbers, count }) => numbers?.ofRank(Math.ceil((count * percent) / 100)) ?? null,
    *merge(tally, { numbers }) {
      for (const number of numbers?.values() ?? []) yield addToNumbers(tally, number);
    },
  };
}

function addToNumbers(tally: Tally, number: number): void {
  tally.numbers ??= createNumberList();
  tally.numbers.add(number);
  tally.count++;
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
  if (tally.count === 0) {
    tally.scalar = scalar;
    tally.count = 1;
  } else if (tally.count > 1 || scalar !== tally.scalar) {
    tally.scalars = withScalar(tally.scalars ?? [tally.scalar], scalar);
    const count = sizeOf(tally.scalars);
    if (count > tally.count) hold.scalar(scalar);
    tally.count = count;
  }
}

function scalarsOf({ scalars, scalar, count }: Tally): Iterable<JsonScalar> {
  if (scalars) return scalarsIn(scalars);
  return count === 0 ? [] : [scalar];
}
