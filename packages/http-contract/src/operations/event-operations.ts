import { EVENT_QUERY_SCHEMAS } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { EVENT_STREAM_MEDIA_TYPE, writeEventFrame, writeFirstFrame } from '../bodies/event-stream.ts';
import { BATCH_RESULT, EVENT, EVENTS, NEW_EVENT, NEW_EVENTS } from '../bodies/examples.ts';
import { SUBMISSION_MEDIA_TYPES, type SubmissionMediaType } from '../bodies/media-types.ts';
import { REPRESENTATIONS } from '../bodies/representations.ts';
import { BatchResultSchema, EventIdSchema, EventSchema, NewEventBodySchema } from '../bodies/schemas.ts';
import { ColumnsSchema } from '../query/columns.ts';
import { EventsFormatSchema } from '../query/format.ts';
import { ORDER_SCHEMAS } from '../query/order.ts';
import type { Content, Operation } from './operation.ts';
import { FILTER_PARAMETERS, once } from './query-parameters.ts';

export const SUBMIT_EVENTS: Operation = {
  id: 'submitEvents',
  method: 'POST',
  path: '/events',
  scope: 'write',
  tag: 'Events',
  summary: 'Submit one event, or a batch',
  description: `An answer of 2xx means: stored, as durably as the store is, and found by every read that begins afterwards. Any other
answer says why not, and nothing of the request was stored; only after \`store_timeout\` and \`internal\` that is not known.

- One event as a JSON object, or a batch: a JSON array, or an event on each line. A batch is stored whole or not at all.
- An \`id\` that you chose makes it safe to send an event again: the same id with the same content changes nothing, with
  other content it is 409. \`Idempotency-Key\` does the same for events without an id.
- When several things are wrong, 413 comes before 400, and 400 before 409.`,
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
  requestHeaders: ['Content-Encoding', 'Content-Digest', 'Idempotency-Key'],
  requestBody: Object.fromEntries(SUBMISSION_MEDIA_TYPES.map((type) => [type, submissionAs(type)])),
  responses: [
    {
      status: 200,
      description: 'A batch: what became of it. One event: the event, which an earlier request had stored already.',
      headers: ['Idempotent-Replayed'],
      body: {
        'application/json': {
          schema: v.union([BatchResultSchema, EventSchema]),
          examples: { 'A batch': BATCH_RESULT, 'An event again': EVENT },
        },
      },
    },
    {
      status: 201,
      description: 'The event as it was stored.',
      headers: ['Location'],
      body: { 'application/json': { schema: EventSchema, examples: { 'An event': EVENT } } },
    },
  ],
  problems: [
    'malformed_json',
    'invalid_encoding',
    'digest_mismatch',
    'invalid_event',
    'outside_retention',
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

export const QUERY_EVENTS: Operation = {
  id: 'queryEvents',
  method: 'GET',
  path: '/events',
  scope: 'read',
  tag: 'Events',
  summary: 'Find events',
  description: `Every event that matches, by timestamp, then by id. \`Accept\` or \`format\` chooses between a JSON array, NDJSON and CSV.

Without \`limit\` all matches are streamed, as fast as you read. If reading fails half-way, the connection breaks: an answer
that ends is complete. With \`limit\` the answer is a page, and \`Link\` leads to the next one.

CSV is for looking at: an \`event_type\` that a spreadsheet would take for a formula begins with an apostrophe. NDJSON is for
moving events: what it gives can be submitted again as it is.

\`order=arrival\` returns pages in the order in which events arrived, of 1,000 events by default. \`Link\` is always there, also on
an empty page: a client that requests it again and again receives every event exactly once, whatever timestamps events have.

\`Accept: text/event-stream\` is the same as a stream that does not end: every event that matches, as it arrives. Each has an
\`id\`, the position where to continue: send the last one as \`Last-Event-ID\`, as an EventSource does.`,
  queryParameters: {
    ...FILTER_PARAMETERS,
    ...once({ ...EVENT_QUERY_SCHEMAS, ...ORDER_SCHEMAS, format: EventsFormatSchema, columns: ColumnsSchema }),
    // Without it, whoever tries out the call gets every event, which stops a browser for minutes.
    limit: { schema: EVENT_QUERY_SCHEMAS.limit, occurs: 'once', examples: { 'A page': 20 } },
  },
  requestHeaders: ['Accept-Encoding', 'Last-Event-ID'],
  responses: [
    {
      status: 200,
      description: 'The events.',
      headers: ['Link', 'Cache-Control', 'Vary', 'Content-Encoding', 'X-Accel-Buffering'],
      body: {
        'application/json': { schema: v.array(EventSchema), examples: { Events: EVENTS } },
        'application/x-ndjson': eventsAs('application/x-ndjson', 'An event on each line.'),
        'application/jsonl': eventsAs('application/jsonl', 'An event on each line.'),
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
  method: 'GET',
  path: '/events/{id}',
  scope: 'read',
  tag: 'Events',
  summary: 'Get an event',
  description: 'The event of this id, in upper or lower case.',
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
    { status: 304, description: 'It is what the client has.', headers: ['ETag', 'Cache-Control', 'Vary'] },
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
    schema: v.pipe(v.string(), v.description('An event on each line, each as `NewEvent`. Blank lines do not count.')),
    examples: { 'A batch': NEW_EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('') },
  };
}

/** The example events, written as the server writes them. */
function eventsAs(mediaType: keyof typeof REPRESENTATIONS, description: string): Content {
  const { head, separator, foot, write } = REPRESENTATIONS[mediaType];
  return {
    schema: v.pipe(v.string(), v.description(description)),
    examples: { Events: `${head}${EVENTS.map((event) => write(event)).join(separator)}${foot}` },
  };
}
