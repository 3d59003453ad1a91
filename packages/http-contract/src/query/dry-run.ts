import { createInvalidQueryError } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import type { QueryParameters } from './query-string.ts';

const FlagSchema = v.picklist(['true', 'false'], 'expected true or false');

export const DryRunSchema = v.optional(
  v.pipe(FlagSchema, v.description('`true`: deletes nothing, and returns the number of matching events.')),
  'false',
);

export const ReplayDryRunSchema = v.optional(
  v.pipe(FlagSchema, v.description('`true`: stores and deletes nothing, and returns what would happen.')),
  'false',
);

/**
 * Reads the parameter `dry_run`.
 *
 * @throws InvalidQueryError if the parameter is neither true nor false
 */
export function readDryRun(parameters: QueryParameters): boolean {
  const parsed = v.safeParse(DryRunSchema, parameters.get('dry_run')?.[0]);
  if (parsed.success) return parsed.output === 'true';
  const [{ message: detail }] = parsed.issues;
  throw createInvalidQueryError([{ parameter: 'dry_run', code: 'invalid_dry_run', detail }]);
}
