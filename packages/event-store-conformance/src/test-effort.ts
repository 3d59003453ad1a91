const EFFORTS = ['quick', 'full', 'long'] as const;
type Effort = (typeof EFFORTS)[number];

/** How much the tests try, by `TEST_EFFORT`: `quick` is the default, `full` is for `npm run check`, `long` for hours. */
const effort: Effort = parseEffort(process.env.TEST_EFFORT);

/** True if tests that take long for what they show are to be skipped. */
export const IS_QUICK: boolean = effort === 'quick';

/** Returns the value for the effort of this run, such as a number of random rounds. */
export function byEffort<T>(values: Readonly<Record<Effort, T>>): T {
  return values[effort];
}

function parseEffort(given: string | undefined): Effort {
  const found = EFFORTS.find((effort) => effort === (given || 'quick'));
  if (found === undefined) throw new RangeError(`TEST_EFFORT: expected ${EFFORTS.join(', ')}, found ${given}`);
  return found;
}
