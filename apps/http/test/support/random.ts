/** Pseudo-random values: the same seed returns the same values. */
export interface Random {
  /** Returns an integer from 0 to `bound` - 1. */
  below(bound: number): number;
  pick<T>(values: readonly T[]): T;
  bytes(length: number): Buffer;
}

/**
 * Returns the seed of a run: `SEED` of the environment, which repeats a run, or a random seed. The titles of tests contain
 * it.
 */
export const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));

export function createRandom(seed: number): Random {
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
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
