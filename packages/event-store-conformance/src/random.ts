/** A source of pseudo-random numbers: the same seed returns the same numbers. */
export interface Random {
  /** Returns an integer from 0 to `below` - 1. */
  integer(below: number): number;
  /** Returns true with a probability from 0 to 1. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

/** Mulberry32, whose 32 bits of state suffice for tests. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number) => Math.floor(fraction() * below);
  return {
    integer,
    chance: (probability) => fraction() < probability,
    // The index is always in range. A check for undefined is impossible, because T may include undefined.
    pick: <T>(items: readonly T[]) => items[integer(items.length)] as T,
    shuffle: <T>(items: readonly T[]) => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const chosen = integer(last + 1);
        [shuffled[last], shuffled[chosen]] = [shuffled[chosen] as T, shuffled[last] as T];
      }
      return shuffled;
    },
  };
}

/** Returns the seed of this run: `CONFORMANCE_SEED`. Default: a random seed. */
export function chooseSeed(): number {
  const value = process.env.CONFORMANCE_SEED;
  if (value === undefined || value === '') return Math.floor(Math.random() * 2 ** 32);
  const seed = Number(value);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`CONFORMANCE_SEED: expected an integer from 0 to 4294967295, found ${value}`);
  }
  return seed;
}
