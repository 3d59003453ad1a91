/** A reproducible source of random values: the same seed returns the same values. */
export interface Random {
  /** Returns an integer from 0 to `bound` - 1. `bound` is at most 2^32. */
  below(bound: number): number;
  /** Returns an integer of any size from `min` to `max`. */
  between(min: bigint, max: bigint): bigint;
  pick<T>(values: readonly T[]): T;
}

/**
 * Runs a check with random values, which can be async. If it fails, the error names the seed; set `SEED` in the environment to
 * repeat it.
 */
export function withRandom<Result>(check: (random: Random) => Result): Result {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  const fail = (cause: unknown): never => {
    throw new Error(`failed with SEED=${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  };
  try {
    const result = check(createRandom(seed));
    return result instanceof Promise ? (result.catch(fail) as Result) : result;
  } catch (cause) {
    return fail(cause);
  }
}

/** Returns the number of rounds of a random test: in a quick run, a fifth of those of the check. */
export function roundsOf(ofCheck: number): number {
  return isQuickRun() ? ofCheck / 5 : ofCheck;
}

/** True if slow tests are skipped. */
export function isQuickRun(): boolean {
  return (process.env.TEST_EFFORT || 'quick') === 'quick';
}

function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    between: (min, max) =>
      min + (((BigInt(next()) << 64n) | (BigInt(next()) << 32n) | BigInt(next())) % (max - min + 1n)),
    pick: (values) => {
      const index = below(values.length);
      if (index >= values.length) throw new RangeError('there is nothing to pick');
      return values[index] as (typeof values)[number];
    },
  };
}
