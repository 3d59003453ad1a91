import { shorten } from '@event-tracker/core/schemas';
import type { ErrorObject } from 'ajv';

const MAX_LENGTH = 200;
/** Greatest number of values that are written: more would not fit. */
const MAX_VALUES = MAX_LENGTH / 2;

/** Describes an error of ajv in at most 200 characters. A message of ajv can have a long pattern, and has no allowed values. */
export function describeError({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'enum') return shorten(`must be one of ${listOf(params.allowedValues)}`, MAX_LENGTH);
  if (keyword === 'const') return shorten(`must be ${JSON.stringify(params.allowedValue)}`, MAX_LENGTH);
  return shorten(message ?? `must match ${keyword}`, MAX_LENGTH);
}

function listOf(values: readonly unknown[]): string {
  return values
    .slice(0, MAX_VALUES)
    .map((value) => JSON.stringify(value))
    .join(', ');
}
