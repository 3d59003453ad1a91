import { DeletionSchema, EventIdSchema } from '../bodies/schemas.ts';
import { DryRunSchema } from '../query/dry-run.ts';
import type { Operation } from './operation.ts';
import { FILTER_PARAMETERS } from './query-parameters.ts';

export const DELETE_EVENT: Operation = {
  id: 'deleteEvent',
  method: 'DELETE',
  path: '/events/{id}',
  scope: 'admin',
  tag: 'Events',
  summary: 'Remove an event',
  description: 'Removes the event of this id for good. It is forgotten: its id can be taken again, with any content.',
  pathParameters: { id: EventIdSchema },
  queryParameters: {},
  requestHeaders: ['If-Match', 'If-None-Match'],
  responses: [{ status: 204, description: 'It is removed.', headers: [] }],
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
  method: 'DELETE',
  path: '/events',
  scope: 'admin',
  tag: 'Events',
  summary: 'Remove all events that match',
  description: `Removes every event that matches the filters, of which there has to be one at least, for good. \`dry_run=true\` counts them
first.

Many events are removed in steps. Where that fails half-way, or takes over a minute, what was removed until then stays
removed, and the same request again goes on from there.`,
  queryParameters: { ...FILTER_PARAMETERS, dry_run: { schema: DryRunSchema, occurs: 'once' } },
  responses: [
    {
      status: 200,
      description: 'How many events were removed, or would be.',
      headers: [],
      body: {
        'application/json': {
          schema: DeletionSchema,
          examples: { Removed: { deleted: 2 }, 'A dry run': { matched: 2 } },
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
