import * as v from 'valibot';
import { PROTOBUF_MEDIA_TYPE } from '../bodies/media-types.ts';
import { PROBLEMS, type ProblemCode } from '../problems/problem-kinds.ts';
import { SUBMIT_EVENTS } from './event-operations.ts';
import type { Content, Operation, QueryParameter } from './operation.ts';

/* The calls of clients of other systems. Their documents are defined elsewhere, so their schemas here are loose. */

const ANY_PARAMETERS: Readonly<Record<string, QueryParameter>> = {
  '*': {
    occurs: 'repeatable',
    schema: v.pipe(
      v.record(v.string(), v.string()),
      v.metadata({
        description: 'Any other parameters. They have no effect.',
        examples: [{ ver: '1' }],
        default: {},
      }),
    ),
  },
};

/** Problems of single events, which some protocols report in their replies. */
const PROBLEMS_OF_EVENTS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'outside_retention',
  'schema_violation',
  'event_id_conflict',
  'payload_too_large',
]);

/** The problems of a submit in such a protocol. */
const PROBLEMS_OF_REQUESTS = SUBMIT_EVENTS.problems.filter((code) => !PROBLEMS_OF_EVENTS.has(code));

interface ForeignOperation
  extends Pick<Operation, 'id' | 'path' | 'summary' | 'description' | 'pathParameters' | 'protocol'> {
  readonly body: Content;
  readonly reply: Content;
  readonly problems?: readonly ProblemCode[];
}

/** An operation that accepts JSON under each media type that its clients send, and a key in the body. */
function submitJson({ body, reply, problems = SUBMIT_EVENTS.problems, ...members }: ForeignOperation): Operation {
  return {
    method: 'POST',
    scope: 'write',
    tag: 'Other systems',
    queryParameters: ANY_PARAMETERS,
    requestHeaders: ['Content-Encoding', 'Content-Digest', 'Idempotency-Key', 'Prefer'],
    requestBody: Object.fromEntries(JSON_BY_ANY_NAME.map((type) => [type, body])),
    responses: [
      {
        status: 200,
        description: 'The events are stored.',
        headers: ['Preference-Applied'],
        body: { 'application/json': reply },
      },
    ],
    acceptsTrailingSlash: true,
    acceptsKeyInBody: true,
    problems,
    ...members,
  };
}

/** The media types under which clients of other systems send JSON. */
const JSON_BY_ANY_NAME = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'] as const;

const TIME = '2025-01-01T12:00:00.000Z';

const SEGMENT_MESSAGE = {
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  messageId: 'node-next-1735732800000-1',
  timestamp: TIME,
  properties: { total: 5 },
};
const SegmentMessageSchema = v.objectWithRest(
  {
    type: v.exactOptional(v.picklist(['track', 'identify', 'page', 'screen', 'group', 'alias'])),
    event: v.exactOptional(v.string()),
    messageId: v.exactOptional(v.string()),
    timestamp: v.exactOptional(v.string()),
    originalTimestamp: v.exactOptional(v.string()),
  },
  v.unknown(),
);

/** The calls of the Segment API, each with the type of its message; the one-letter names are those of browsers. */
export const SEGMENT_CALLS = {
  batch: undefined,
  import: undefined,
  track: 'track',
  t: 'track',
  identify: 'identify',
  i: 'identify',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
} as const;

export const INGEST_SEGMENT: Operation = submitJson({
  id: 'ingestSegment',
  protocol: 'segment',
  path: '/v1/{call}',
  summary: 'Segment',
  description: `Messages of the Segment API, as the libraries of Segment and RudderStack send them. \`batch\` and \`import\`
expect a list in \`batch\`, every other call one message. All messages of a request are stored, or none.`,
  pathParameters: { call: v.picklist(Object.keys(SEGMENT_CALLS) as (keyof typeof SEGMENT_CALLS)[]) },
  body: {
    schema: v.union([v.objectWithRest({ batch: v.array(SegmentMessageSchema) }, v.unknown()), SegmentMessageSchema]),
    examples: { 'A batch': { batch: [SEGMENT_MESSAGE] } },
  },
  reply: { schema: v.strictObject({ success: v.literal(true) }), examples: { Stored: { success: true } } },
  problems: [...SUBMIT_EVENTS.problems, 'not_found'],
});

const POSTHOG_EVENT = {
  event: '$pageview',
  uuid: '5b2f0c1e-8a4d-4f6b-9c3e-7d1a2b3c4d5e',
  distinct_id: 'u1',
  timestamp: TIME,
  properties: { path: '/' },
};
const PostHogEventSchema = v.objectWithRest(
  {
    event: v.string(),
    timestamp: v.string(),
    uuid: v.exactOptional(v.nullable(v.string())),
  },
  v.unknown(),
);

const POSTHOG_PATHS = { Batch: '/batch', Capture: '/capture', E: '/e', I0: '/i/v0/e' } as const;

/** The calls of PostHog that store all events of a request, or none. */
export const INGEST_POSTHOG: readonly Operation[] = Object.entries(POSTHOG_PATHS).map(([name, path]) =>
  submitJson({
    id: `ingestPostHog${name}`,
    protocol: 'posthog',
    path,
    summary: 'PostHog',
    description:
      'Events of PostHog: one, a list, or a list in `batch`. A gzip body is decompressed even without `Content-Encoding`. All events of a request are stored, or none.',
    body: {
      schema: v.union([
        v.objectWithRest({ batch: v.array(PostHogEventSchema) }, v.unknown()),
        v.array(PostHogEventSchema),
        PostHogEventSchema,
      ]),
      examples: { 'A batch': { batch: [POSTHOG_EVENT] }, 'An event': POSTHOG_EVENT },
    },
    reply: { schema: v.strictObject({ status: v.literal(1) }), examples: { Stored: { status: 1 } } },
  }),
);

export const INGEST_POSTHOG_V1: Operation = submitJson({
  id: 'ingestPostHogV1',
  protocol: 'posthog',
  path: '/i/v1/analytics/events',
  summary: 'PostHog, with a result for each event',
  description:
    'Events of PostHog in `batch`. Those that are valid are stored; `results` has the reason for each of the others, by `uuid`.',
  body: {
    schema: v.objectWithRest({ batch: v.array(v.objectWithRest({ uuid: v.string() }, v.unknown())) }, v.unknown()),
    examples: { 'A batch': { batch: [POSTHOG_EVENT] } },
  },
  reply: {
    schema: v.strictObject({
      results: v.record(
        v.string(),
        v.strictObject({ result: v.picklist(['ok', 'drop']), details: v.exactOptional(v.string()) }),
      ),
    }),
    examples: { Stored: { results: { [POSTHOG_EVENT.uuid]: { result: 'ok' } } } },
  },
  problems: PROBLEMS_OF_REQUESTS,
});

const OTLP_LOGS = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [
        { logRecords: [{ timeUnixNano: '1735732800123456789', severityText: 'INFO', body: { stringValue: 'hello' } }] },
      ],
    },
  ],
};
const OtlpLogsSchema = v.objectWithRest({ resourceLogs: v.exactOptional(v.array(v.unknown())) }, v.unknown());
const OtlpReplySchema = v.strictObject({
  partialSuccess: v.exactOptional(v.strictObject({ rejectedLogRecords: v.string(), errorMessage: v.string() })),
});
const protobuf = (message: string): Content => ({
  schema: v.pipe(v.string(), v.description(`The message \`${message}\` of opentelemetry-proto.`)),
  examples: { 'Nothing is set': '' },
});

export const INGEST_OTLP: Operation = {
  id: 'ingestOtlpLogs',
  protocol: 'otlp',
  acceptsTrailingSlash: true,
  method: 'POST',
  path: '/v1/logs',
  scope: 'write',
  tag: 'Other systems',
  summary: 'OTLP logs',
  description: `Logs of OpenTelemetry, in JSON or protobuf. Those that are valid are stored; \`partialSuccess\` has the number of the
others, and the reason for the first. The response is encoded as the request is.`,
  queryParameters: ANY_PARAMETERS,
  requestHeaders: ['Content-Encoding', 'Content-Digest', 'Prefer'],
  requestBody: {
    'application/json': { schema: OtlpLogsSchema, examples: { 'A log record': OTLP_LOGS } },
    [PROTOBUF_MEDIA_TYPE]: protobuf('ExportLogsServiceRequest'),
  },
  responses: [
    {
      status: 200,
      description: 'The log records are stored, except those in `partialSuccess`.',
      headers: ['Preference-Applied'],
      body: {
        'application/json': { schema: OtlpReplySchema, examples: { Stored: {} } },
        [PROTOBUF_MEDIA_TYPE]: protobuf('ExportLogsServiceResponse'),
      },
    },
  ],
  problems: PROBLEMS_OF_REQUESTS,
};

const SNOWPLOW_EVENT = {
  e: 'pv',
  eid: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  dtm: '1735732800123',
  url: 'https://shop.example/',
};

/** Statuses after which trackers send a request again without end: these problems are `invalid_event` there. */
const RETRIED_BY_TRACKERS = [409, 413, 415];
const SNOWPLOW_PROBLEMS = SUBMIT_EVENTS.problems.filter((code) => !RETRIED_BY_TRACKERS.includes(PROBLEMS[code].status));

const SNOWPLOW: Omit<Operation, 'id' | 'method' | 'path' | 'description' | 'responses'> = {
  protocol: 'snowplow',
  acceptsTrailingSlash: true,
  scope: 'write',
  tag: 'Other systems',
  summary: 'Snowplow',
  queryParameters: ANY_PARAMETERS,
  problems: SNOWPLOW_PROBLEMS,
};

export const INGEST_SNOWPLOW: Operation = {
  ...SNOWPLOW,
  id: 'ingestSnowplow',
  method: 'POST',
  path: '/com.snowplowanalytics.snowplow/tp2',
  description: 'Events of trackers of Snowplow, in `data`. All events of a request are stored, or none.',
  requestHeaders: ['Content-Encoding', 'Content-Digest', 'Prefer'],
  requestBody: {
    'application/json': {
      schema: v.objectWithRest({ data: v.array(v.record(v.string(), v.string())) }, v.unknown()),
      examples: { 'A page view': { data: [SNOWPLOW_EVENT] } },
    },
  },
  responses: [
    {
      status: 200,
      description: 'The events are stored.',
      headers: ['Preference-Applied'],
      body: { 'application/json': { schema: v.strictObject({}), examples: { Stored: {} } } },
    },
  ],
};

/** A GIF of one transparent pixel. */
export const PIXEL = Uint8Array.from([
  71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 33, 249, 4, 1, 0, 0, 0, 0, 44, 0, 0, 0, 0, 1, 0, 1,
  0, 0, 2, 2, 68, 1, 0, 59,
]);

export const INGEST_SNOWPLOW_PIXEL: Operation = {
  ...SNOWPLOW,
  id: 'ingestSnowplowPixel',
  method: 'GET',
  path: '/i',
  requestHeaders: ['Prefer'],
  description: 'An event of a tracker of Snowplow, whose members are query parameters.',
  responses: [
    {
      status: 200,
      description: 'The event is stored. The body is an image of one pixel.',
      headers: ['Preference-Applied'],
      body: { 'image/gif': { schema: v.string(), examples: { 'A pixel': '' } } },
    },
  ],
  problems: SNOWPLOW_PROBLEMS.filter(
    (code) => code !== 'malformed_json' && code !== 'invalid_encoding' && code !== 'digest_mismatch',
  ),
};
