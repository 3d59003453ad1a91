/** Returns a random integer from 0 to `bound` - 1. */
export type Below = (bound: number) => number;

/** Runs a check with random values. If it fails, the error names the seed; set `SEED` in the environment to repeat it. */
export async function withRandom(check: (below: Below) => Promise<void>): Promise<void> {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  try {
    await check(createRandom(seed));
  } catch (cause) {
    throw new Error(`failed with SEED=${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Mulberry32. */
function createRandom(seed: number): Below {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
