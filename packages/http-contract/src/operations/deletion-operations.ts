import { EventIdSchema } from '../bodies/event-members.ts';
import { DeletionSchema } from '../bodies/schemas.ts';
import { DryRunSchema } from '../query/dry-run.ts';
import type { Operation } from './operation.ts';
import { FILTER_PARAMETERS } from './query-parameters.ts';
import { ROUTES } from './routes.ts';

export const DELETE_EVENT: Operation = {
  id: 'deleteEvent',
  ...ROUTES.deleteEvent,
  scope: 'admin',
  tag: 'Events',
  summary: 'Delete an event',
  description: 'Permanently deletes the event with this id. A later event can have the same id, with any content.',
  pathParameters: { id: EventIdSchema },
  queryParameters: {},
  requestHeaders: ['If-Match', 'If-None-Match'],
  responses: [{ status: 204, description: 'The event is deleted.', headers: [] }],
  problems: [
    'invalid_id',
    'event_not_found',
    'precondition_failed',
    'rate_limited',
    'internal',
    'store_unavailable',
    'store_timeout',
  ],
};

export const DELETE_EVENTS: Operation = {
  id: 'deleteEvents',
  ...ROUTES.deleteEvents,
  scope: 'admin',
  tag: 'Events',
  summary: 'Delete all matching events',
  description: `Permanently deletes all events that match the filters. At least one filter is required. \`dry_run=true\` only counts the
matching events.

Many events are deleted in steps. If a step fails, or if the request exceeds one minute, the events deleted so far stay
deleted, and the same request continues from there.`,
  queryParameters: { ...FILTER_PARAMETERS, dry_run: { schema: DryRunSchema, occurs: 'once' } },
  responses: [
    {
      status: 200,
      description: 'The number of events that were deleted, or would be.',
      headers: [],
      body: {
        'application/json': {
          schema: DeletionSchema,
          examples: { Deleted: { deleted: 2 }, 'A dry run': { matched: 2 } },
        },
      },
    },
  ],
  problems: [
    'filter_required',
    'precondition_failed',
    'rate_limited',
    'internal',
    'store_unavailable',
    'store_timeout',
  ],
};
