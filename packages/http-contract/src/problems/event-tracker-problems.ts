import type { EventTrackerErrorCode } from '@event-tracker/core/schemas';
import { type ProblemKind, RETRY } from './problem-kind.ts';

/** Maps the error codes of core to HTTP. */
export const EVENT_TRACKER_PROBLEMS: Readonly<Record<EventTrackerErrorCode, ProblemKind>> = {
  invalid_event: {
    status: 400,
    title: 'Invalid event',
    cause: 'At least one event is not valid. Nothing of the request was stored.',
    cure: 'Fix the places that errors lists: index is the position of the event, pointer the place in the event.',
  },
  outside_retention: {
    status: 400,
    title: 'Outside retention',
    cause:
      'At least one event is older than the retention of its type: it would be deleted immediately. Nothing of the request was stored.',
    cure: 'Leave out the events that errors lists, or ask the operator for a longer retention.',
  },
  schema_violation: {
    status: 400,
    title: 'Schema violation',
    cause: 'At least one event does not match the schema of its type. Nothing of the request was stored.',
    cure: 'Fix the places that errors lists: pointer is the place in the event, keyword the rule of the schema, schema its file. GET /schemas/{event_type} returns the schema.',
  },
  invalid_query: {
    status: 400,
    title: 'Invalid query',
    cause: 'A query parameter is unknown, repeated, or has an invalid value.',
    cure: 'Fix the parameters that errors lists; write + as %2B in a URL.',
  },
  invalid_cursor: {
    status: 400,
    title: 'Invalid cursor',
    cause: 'The cursor is damaged, or comes from a query with other filters or another order.',
    cure: 'Follow the Link header unchanged, or start again without a cursor.',
  },
  too_many_cells: {
    status: 400,
    title: 'Too many cells',
    cause:
      'The result would have too many rows (time buckets times groups), or there are more than a million groups or distinct values.',
    cure: 'Use a longer interval, a shorter range, fewer groups (top), or a narrower filter.',
  },
  filter_required: {
    status: 400,
    title: 'Filter required',
    cause: 'The request would delete all events.',
    cure: 'Add a filter: by type, by time or by payload.',
  },
  invalid_id: {
    status: 400,
    title: 'Invalid id',
    cause: 'The id in the path is not a UUID.',
    cure: 'Use the id that the tracker returned.',
  },
  event_id_conflict: {
    status: 409,
    title: 'Event id conflict',
    cause:
      'An event with the same id, or from the same Idempotency-Key, and other content is stored already. Nothing of the request was stored.',
    cure: 'Give every event a separate id, and every request a separate Idempotency-Key; a retry must repeat the request unchanged.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    cause: 'The JSON of one payload has more bytes than allowed.',
    cure: 'Store large content elsewhere and refer to it.',
  },
  batch_too_large: {
    status: 413,
    title: 'Batch too large',
    cause: 'The request holds more events than allowed.',
    cure: 'Send the events in several requests.',
  },
  store_unavailable: {
    status: 503,
    title: 'Store unavailable',
    cause: 'The store cannot be reached or does not work at the moment.',
    cure: RETRY,
  },
  store_full: {
    status: 503,
    title: 'Store full',
    cause: 'The store has reached its limit. Nothing of the request was stored, and nothing old was dropped.',
    cure: 'Give the store more room: its disk, or for a store in memory MEMORY_MAX_EVENTS and MEMORY_MAX_BYTES.',
  },
  store_timeout: {
    status: 503,
    title: 'Store timeout',
    cause: 'The store did not respond in time; whether the request had an effect is unknown.',
    cure: RETRY,
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    cause:
      'Too many events are queued for the store, or too many large bodies are being read. Nothing of the request was stored.',
    cure: RETRY,
  },
};
