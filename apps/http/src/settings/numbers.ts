import * as v from 'valibot';

/** A whole number as text: only digits. */
export const wholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER) => {
  const expected =
    max === Number.MAX_SAFE_INTEGER
      ? `expected a whole number of at least ${min}`
      : `expected a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, expected),
    v.transform(Number),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
};

/** Longest duration of a JavaScript timer: a longer one fires immediately. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const milliseconds = (min: number) => wholeNumber(min, MAX_TIMER_MS);
