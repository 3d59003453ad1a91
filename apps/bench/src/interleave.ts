/** Takes one measurement, in any unit. */
export type Measure = () => number | Promise<number>;

/** Measures two sides in turn, A B A B, so that a disturbance of the machine affects both. */
export async function interleave(
  rounds: number,
  ours: Measure,
  limit: Measure,
): Promise<{ readonly ours: readonly number[]; readonly limit: readonly number[] }> {
  const figures = { ours: [] as number[], limit: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await ours());
    figures.limit.push(await limit());
  }
  return figures;
}

/** Measures one side repeatedly. */
export async function repeat<T>(rounds: number, measure: () => T | Promise<T>): Promise<readonly T[]> {
  const figures: T[] = [];
  for (let round = 0; round < rounds; round++) figures.push(await measure());
  return figures;
}
