import type { EventTracker } from '@event-tracker/core';
import type { Deletion } from '@event-tracker/http-contract';
import {
  createRequestError,
  DELETE_EVENT,
  DELETE_EVENTS,
  readDryRun,
  readFilterQuery,
} from '@event-tracker/http-contract';
import { answer, answerJson } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

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
