import type { LocalEventTracker } from '@event-tracker/core';
import type { Deletion } from '@event-tracker/http-contract';
import {
  createRequestError,
  DELETE_EVENT,
  DELETE_EVENTS,
  eventLine,
  readDryRun,
  readFilterQuery,
} from '@event-tracker/http-contract';
import { readOptionsOf } from '../../request/read-options.ts';
import { strongETagOf } from '../../response/e-tag.ts';
import { isConditional, requireMatch, requireNoneMatch } from '../../response/preconditions.ts';
import { respond, respondJson } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

/** Deletes events permanently: one by its id, or all that match. */
export function addDeletionRoutes(routes: Routes, { tracker }: { readonly tracker: LocalEventTracker }): void {
  routes.add(DELETE_EVENT, async (c) => {
    const id = c.req.param('id') ?? '';
    if (isConditional(c)) {
      const event = await tracker.get(id); // stored events never change
      if (!event) throw createRequestError('event_not_found', 'no event with this id is stored');
      const eTag = strongETagOf(eventLine(event));
      requireMatch(c, eTag);
      requireNoneMatch(c, eTag);
    }
    const isDeleted = await tracker.delete(id);
    if (!isDeleted) throw createRequestError('event_not_found', 'no event with this id is stored');
    return respond(c, 204, null);
  });

  routes.add(DELETE_EVENTS, async (c, parameters) => {
    if (isConditional(c))
      throw createRequestError(
        'precondition_failed',
        'the events that match have no ETag: delete them without a condition',
      );
    const dryRun = readDryRun(parameters);
    const options = dryRun ? readOptionsOf(c) : { client: c.get('client') };
    const count = await tracker.deleteAll(readFilterQuery(parameters), { ...options, dryRun });
    const deletion: Deletion = dryRun ? { matched: count } : { deleted: count };
    return respondJson(c, 200, deletion);
  });
}
