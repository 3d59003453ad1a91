import { createInvalidQueryError, type EventTracker } from '@event-tracker/core';
import * as v from 'valibot';
import { answer, answerJson } from '../answer.ts';
import { readFilterQuery } from '../event-query-string.ts';
import { DELETE_EVENT, DELETE_EVENTS, DryRunSchema } from '../operations/removal-operations.ts';
import type { Deletion } from '../operations/schemas.ts';
import type { QueryParameters } from '../query-string.ts';
import { createRequestError } from '../request-error.ts';
import type { Routes } from '../routes.ts';

/** Removes events for good: one by its id, or all that match. */
export function addRemovalRoutes(routes: Routes, { tracker }: { readonly tracker: EventTracker }): void {
  routes.add(DELETE_EVENT, async (c) => {
    const isDeleted = await tracker.delete(c.req.param('id') ?? '');
    if (!isDeleted) throw createRequestError('event_not_found', 'no event with this id is stored');
    return answer(c, 204, null);
  });

  routes.add(DELETE_EVENTS, async (c, parameters) => {
    const dryRun = readDryRun(parameters);
    const count = await tracker.deleteAll(readFilterQuery(parameters), { dryRun });
    const deletion: Deletion = dryRun ? { matched: count } : { deleted: count };
    return answerJson(c, 200, deletion);
  });
}

function readDryRun(parameters: QueryParameters): boolean {
  const parsed = v.safeParse(DryRunSchema, parameters.get('dry_run')?.[0]);
  if (parsed.success) return parsed.output === 'true';
  const [{ message: detail }] = parsed.issues;
  throw createInvalidQueryError([{ parameter: 'dry_run', code: 'invalid_dry_run', detail }]);
}
