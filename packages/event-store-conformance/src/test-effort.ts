const EFFORTS = ['quick', 'full', 'long'] as const;
type Effort = (typeof EFFORTS)[number];

/** `TEST_EFFORT`: `full` is for `npm run check`, `long` runs for hours. Default: `quick`. */
const effort: Effort = parseEffort(process.env.TEST_EFFORT);

/** True if slow tests are skipped. */
export const IS_QUICK: boolean = effort === 'quick';

/** Returns the value for the effort of this run, for example a number of random rounds. */
export function byEffort<T>(values: Readonly<Record<Effort, T>>): T {
  return values[effort];
}

function parseEffort(given: string | undefined): Effort {
  const found = EFFORTS.find((effort) => effort === (given || 'quick'));
  if (found === undefined) throw new RangeError(`TEST_EFFORT: expected ${EFFORTS.join(', ')}, found ${given}`);
  return found;
}
