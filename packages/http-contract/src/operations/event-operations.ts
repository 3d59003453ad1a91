import { EVENT_QUERY_SCHEMAS } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { EventIdSchema } from '../bodies/event-members.ts';
import { EVENT_STREAM_MEDIA_TYPE, writeEventFrame, writeFirstFrame } from '../bodies/event-stream.ts';
import {
  BATCH_RESULT,
  EVENT,
  EVENTS,
  NEW_EVENT,
  NEW_EVENTS,
  QUARANTINED_BATCH_RESULT,
  QUARANTINED_EVENT,
} from '../bodies/examples.ts';
import { SUBMISSION_MEDIA_TYPES, type SubmissionMediaType } from '../bodies/media-types.ts';
import { REPRESENTATIONS } from '../bodies/representations.ts';
import { BatchResultSchema, EventSchema, NewEventBodySchema } from '../bodies/schemas.ts';
import { ColumnsSchema } from '../query/columns.ts';
import { EventsFormatSchema } from '../query/format.ts';
import { ORDER_SCHEMAS } from '../query/order.ts';
import type { Content, Operation } from './operation.ts';
import { describeSchemas, FILTER_PARAMETERS, once } from './query-parameters.ts';
import { ROUTES } from './routes.ts';

export const SUBMIT_EVENTS: Operation = {
  id: 'submitEvents',
  ...ROUTES.submitEvents,
  scope: 'write',
  tag: 'Events',
  summary: 'Submit one event, or a batch',
  description: `A 2xx response means that all events are stored, with the durability of the store, and that every later read finds
them. After any other response, nothing was stored; only after \`store_timeout\` and \`internal\` the outcome is unknown.

- One event as a JSON object, or a batch: a JSON array, or an event on each line. A batch is stored whole or not at all.
- An \`id\` that you choose makes it safe to retry: the same id with the same content changes nothing; with other content,
  the response is 409. \`Idempotency-Key\` does the same for events without an id.
- If a request has several problems, 413 takes precedence over 400, and 400 over 409.
- An event that does not match the schema of its type is rejected with \`schema_violation\`, quarantined or stored, depending
  on the schema. A quarantined event is stored as an event of the type \`quarantine.\` and its own type; its payload holds what
  was sent and the problems. No event can be submitted with such a type.`,
  queryParameters: once({
    key: v.optional(
      v.pipe(
        v.string(),
        v.description(
          'For `navigator.sendBeacon`, which sends no `Authorization`: a key with the scope `write` alone. Pages of `CORS_ORIGINS` may send JSON as `text/plain`.',
        ),
      ),
    ),
  }),
  requestHeaders: ['Content-Encoding', 'Content-Digest', 'Idempotency-Key', 'Prefer'],
  requestBody: Object.fromEntries(SUBMISSION_MEDIA_TYPES.map((type) => [type, submissionAs(type)])),
  responses: [
    {
      status: 200,
      description: 'For a batch: the result. For one event: the event, which an earlier request stored.',
      headers: ['Idempotent-Replayed', 'Preference-Applied'],
      body: {
        'application/json': {
          schema: v.union([BatchResultSchema, EventSchema]),
          examples: {
            'A batch': BATCH_RESULT,
            'An event again': EVENT,
            'A batch with a quarantined event': QUARANTINED_BATCH_RESULT,
          },
        },
      },
    },
    {
      status: 201,
      description: 'The stored event.',
      headers: ['Location', 'Preference-Applied'],
      body: { 'application/json': { schema: EventSchema, examples: { 'An event': EVENT } } },
    },
    {
      status: 202,
      description: 'The event is quarantined: its record, which is an event too.',
      headers: ['Location', 'Idempotent-Replayed', 'Preference-Applied'],
      body: { 'application/json': { schema: EventSchema, examples: { 'A quarantined event': QUARANTINED_EVENT } } },
    },
  ],
  problems: [
    'malformed_json',
    'invalid_encoding',
    'digest_mismatch',
    'invalid_event',
    'outside_retention',
    'schema_violation',
    'event_id_conflict',
    'body_too_large',
    'payload_too_large',
    'batch_too_large',
    'unsupported_media_type',
    'unsupported_encoding',
    'rate_limited',
    'internal',
    'store_unavailable',
    'store_full',
    'store_timeout',
    'overloaded',
  ],
};

const EVENT_STREAM: Content = {
  schema: v.pipe(
    v.string(),
    v.description(
      'Server-sent events without end: `id` is a position, `data` an event; a block without `data` moves the position alone.',
    ),
  ),
  examples: {
    'An event': `${writeFirstFrame('a1-…', 3_000)}${EVENTS.map((event) => writeEventFrame('a1-…', event)).join('')}`,
  },
};

const { limit, cursor } = EVENT_QUERY_SCHEMAS;
const PAGE_PARAMETERS = describeSchemas(
  { limit, cursor },
  {
    limit: { description: 'Greatest number of events in the page. Default: all matching events.' },
    cursor: {
      description: 'The cursor that the previous page returned. The filters and the order must be those of that page.',
    },
  },
);

export const QUERY_EVENTS: Operation = {
  id: 'queryEvents',
  ...ROUTES.queryEvents,
  scope: 'read',
  tag: 'Events',
  summary: 'Find events',
  description: `Returns all matching events, ordered by timestamp, then by id. \`Accept\` or \`format\` chooses between a JSON array, NDJSON and CSV.

Without \`limit\`, all matches are streamed, as fast as the client reads. If the store fails during the response, the server
breaks the connection: a response that ends is complete. With \`limit\`, the response is a page, and \`Link\` points to the next.

CSV is for spreadsheets: an \`event_type\` that a spreadsheet would run as a formula is prefixed with an apostrophe. NDJSON is
for moving events: it can be submitted again unchanged.

\`order=arrival\` returns pages in the order in which events arrived, of 1,000 events by default. Every page,
even an empty one, has a \`Link\`: a client that follows it repeatedly receives every event exactly once, whatever its timestamp.

\`Accept: text/event-stream\` returns an endless stream of all matching events as they arrive. Each has an \`id\`, the position
from which to continue: send the last one as \`Last-Event-ID\`, as an EventSource does.`,
  queryParameters: {
    ...FILTER_PARAMETERS,
    ...once({ ...ORDER_SCHEMAS, ...PAGE_PARAMETERS, format: EventsFormatSchema, columns: ColumnsSchema }),
    // Without a limit, trying out the call loads every event, which blocks a browser for minutes.
    limit: { schema: PAGE_PARAMETERS.limit, occurs: 'once', examples: { 'A page': 20 } },
  },
  requestHeaders: ['Accept-Encoding', 'Last-Event-ID'],
  responses: [
    {
      status: 200,
      description: 'The events.',
      headers: ['Link', 'Cache-Control', 'Vary', 'Content-Encoding', 'X-Accel-Buffering'],
      body: {
        'application/json': { schema: v.array(EventSchema), examples: { Events: EVENTS } },
        'application/x-ndjson': eventsAs('application/x-ndjson', 'One event per line.'),
        'application/jsonl': eventsAs('application/jsonl', 'One event per line.'),
        'text/csv': eventsAs('text/csv', 'RFC 4180 with a header; `payload` is JSON.'),
        [EVENT_STREAM_MEDIA_TYPE]: EVENT_STREAM,
      },
    },
  ],
  problems: [
    'http_version',
    'invalid_cursor',
    'not_acceptable',
    'rate_limited',
    'internal',
    'store_unavailable',
    'store_timeout',
    'overloaded',
    'draining',
  ],
};

export const GET_EVENT: Operation = {
  id: 'getEvent',
  ...ROUTES.getEvent,
  scope: 'read',
  tag: 'Events',
  summary: 'Get an event',
  description: 'Returns the event with this id. The case of the id does not matter.',
  pathParameters: { id: EventIdSchema },
  queryParameters: {},
  requestHeaders: ['If-Match', 'If-None-Match'],
  responses: [
    {
      status: 200,
      description: 'The event.',
      headers: ['ETag', 'Cache-Control', 'Vary'],
      body: { 'application/json': { schema: EventSchema, examples: { 'An event': EVENT } } },
    },
    {
      status: 304,
      description: 'The event that the client has is current.',
      headers: ['ETag', 'Cache-Control', 'Vary'],
    },
  ],
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

function submissionAs(mediaType: SubmissionMediaType): Content {
  if (mediaType === 'application/json') {
    return {
      schema: v.union([NewEventBodySchema, v.pipe(v.array(NewEventBodySchema), v.minLength(1))]),
      examples: { 'An event': NEW_EVENT, 'A batch': NEW_EVENTS },
    };
  }
  return {
    schema: v.pipe(v.string(), v.description('One `NewEvent` per line. Blank lines are ignored.')),
    examples: { 'A batch': NEW_EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('') },
  };
}

/** Returns the example events as the server writes them. */
function eventsAs(mediaType: keyof typeof REPRESENTATIONS, description: string): Content {
  const { head, separator, foot, write } = REPRESENTATIONS[mediaType];
  return {
    schema: v.pipe(v.string(), v.description(description)),
    examples: { Events: `${head}${EVENTS.map((event) => write(event)).join(separator)}${foot}` },
  };
}
