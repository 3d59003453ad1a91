import { countWhile } from './count-while.ts';

/** A list of numbers that selects one by its rank. */
export interface NumberList {
  add(number: number): void;
  /** Returns all numbers, in any order. */
  values(): Iterable<number>;
  /** Returns the number with a rank in ascending order, from 1 to the count of numbers. */
  ofRank(rank: number): number;
}

/** Sorting this many numbers needs a fraction of a millisecond. */
const MAX_RUN = 4_096;

/**
 * Stores numbers in sorted runs: sorting millions of numbers in one step would block the event loop for seconds, while
 * selecting a number from sorted runs needs only a binary search in each run for each bit of the number.
 */
export function createNumberList(): NumberList {
  const runs: Float64Array[] = [];
  let open: number[] = [];

  function closeRun(): void {
    runs.push(Float64Array.from(open).sort());
    open = [];
  }

  return {
    add: (number) => {
      open.push(number);
      if (open.length === MAX_RUN) closeRun();
    },
    *values() {
      for (const run of runs) yield* run;
      yield* open;
    },
    ofRank: (rank) => {
      if (open.length > 0) closeRun();
      const [only] = runs;
      return only && runs.length === 1 ? (only[rank - 1] as number) : selectFrom(runs, rank);
    },
  };
}

/** Returns the least number such that at least `rank` numbers are less or equal, by bisection over all doubles. */
function selectFrom(runs: readonly Float64Array[], rank: number): number {
  let low = keyOf(-Number.MAX_VALUE);
  let high = keyOf(Number.MAX_VALUE);
  while (low < high) {
    const middle = (low + high) >> 1n; // rounds down, also below zero
    const number = numberOf(middle);
    const count = runs.reduce((sum, run) => sum + countUpTo(run, number), 0);
    if (count >= rank) high = middle;
    else low = middle + 1n;
  }
  return numberOf(low);
}

function countUpTo(run: Float64Array, number: number): number {
  return countWhile(run.length, (index) => (run[index] as number) <= number);
}

const bytes = new DataView(new ArrayBuffer(8));

/** Returns an integer for a double. Integers of adjacent doubles are adjacent, because IEEE 754 orders the bits of positive ones. */
function keyOf(number: number): bigint {
  bytes.setFloat64(0, Math.abs(number));
  const bits = bytes.getBigInt64(0);
  return number < 0 ? -bits : bits;
}

/** Inverse of `keyOf`. */
function numberOf(key: bigint): number {
  bytes.setBigInt64(0, key < 0n ? -key : key);
  const number = bytes.getFloat64(0);
  return key < 0n ? -number : number;
}
