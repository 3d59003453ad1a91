import * as v from 'valibot';
import { REQUEST_ENCODINGS, RESPONSE_ENCODINGS } from '../bodies/content-encodings.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import { CHALLENGE } from './scope.ts';

/** A header field, as clients are told of it. */
export interface HeaderField {
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly example: string;
  /** Whether it is there each time, or only where it has something to say. */
  readonly isAlwaysThere: boolean;
}

const text = v.string();
const wholeNumber = v.pipe(v.string(), v.regex(/^\d+$/));

export const REQUEST_HEADERS = {
  'X-Request-Id': {
    description:
      'Names the request in its response and in the log, if it has 1 to 128 letters, digits, dots, hyphens and underscores. Any other text counts as none.',
    schema: text,
    example: 'checkout-7f3a',
    isAlwaysThere: false,
  },
  'Content-Encoding': {
    description: 'How the body is compressed.',
    schema: v.picklist(REQUEST_ENCODINGS),
    example: 'gzip',
    isAlwaysThere: false,
  },
  'Content-Digest': {
    description:
      'Digest of the body as it is sent, after compression (RFC 9530): `sha-256` or `sha-512`. If the body that arrives has another digest, nothing is stored.',
    schema: text,
    example: 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    isAlwaysThere: false,
  },
  'Idempotency-Key': {
    description:
      'Makes a retry safe for events without an `id`: each gets an id that is derived from this text, the name of the API key and the index of the event. The same request again changes nothing; other content is 409.',
    schema: v.pipe(v.string(), v.regex(IDEMPOTENCY_KEY)),
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
    isAlwaysThere: false,
  },
  'Accept-Encoding': {
    description: 'Which encodings the client reads: a body over 1 KiB is then compressed.',
    schema: text,
    example: 'gzip',
    isAlwaysThere: false,
  },
  'Last-Event-ID': {
    description:
      'Only for `text/event-stream`: the last `id` that the client received. The stream continues there; it wins over `after`.',
    schema: text,
    example: 'a1-0k3v9zq-2s-0123456789abcdef0123456789abcdef',
    isAlwaysThere: false,
  },
  'If-Match': {
    description: 'The `ETag` of the event that the request is for: if the event has another one, the response is 412.',
    schema: text,
    example: '"mZ7JXr0yFbG0Q8cWb1nK4A"',
    isAlwaysThere: false,
  },
  'If-None-Match': {
    description: 'The `ETag` of what the client has: if it still is the same, the answer is 304.',
    schema: text,
    example: '"mZ7JXr0yFbG0Q8cWb1nK4A"',
    isAlwaysThere: false,
  },
} satisfies Record<string, HeaderField>;

export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description: "Names the request: by the client's own `X-Request-Id`, or else by a new one.",
    schema: text,
    example: '5f0c9f2e-3b64-4f0a-9d51-0c7be2a4d8f3',
    isAlwaysThere: true,
  },
  'RateLimit-Policy': {
    description:
      'How many requests (`"default"`), and how many events (`"events"`), a client may send (`q`) in how many seconds (`w`); where these are limited (draft-ietf-httpapi-ratelimit-headers).',
    schema: text,
    example: '"default";q=6000;w=60, "events";q=100000;w=60',
    isAlwaysThere: false,
  },
  RateLimit: {
    description:
      'How many requests and events are left (`r`), and in how many seconds (`t`) all of them are there again.',
    schema: text,
    example: '"default";r=5999;t=60, "events";r=99900;t=60',
    isAlwaysThere: false,
  },
  'Retry-After': {
    description: 'After how many seconds to send the same request again.',
    schema: wholeNumber,
    example: '1',
    isAlwaysThere: true,
  },
  Location: {
    description: 'Where the event can be read.',
    schema: v.pipe(v.string(), v.metadata({ format: 'uri-reference' })),
    example: '/events/01941f29-7c00-7d0e-9f3b-5a2c81e6b704',
    isAlwaysThere: true,
  },
  'Idempotent-Replayed': {
    description: 'There, and `true`, where the event was stored already by an earlier request.',
    schema: v.literal('true'),
    example: 'true',
    isAlwaysThere: false,
  },
  Link: {
    description:
      'Where the next page is (RFC 8288). The last page has none, nor has a response without `limit`; with `order=arrival` it is always there.',
    schema: text,
    example: '</events?limit=1&cursor=1-1q3hf0k-tyxb3plui2o0-01941f297c007d0e9f3b5a2c81e6b704>; rel="next"',
    isAlwaysThere: false,
  },
  ETag: {
    description: 'Stands for the content, for `If-Match` and `If-None-Match`. The one of an event is strong.',
    schema: text,
    example: '"mZ7JXr0yFbG0Q8cWb1nK4A"',
    isAlwaysThere: true,
  },
  'Cache-Control': {
    description: 'What is kept has to be asked for again.',
    schema: text,
    example: 'private, no-cache',
    isAlwaysThere: true,
  },
  Vary: {
    description: 'Which header fields of the request the answer depends on.',
    schema: text,
    example: 'Accept, Accept-Encoding',
    isAlwaysThere: true,
  },
  'Content-Encoding': {
    description: 'How the body is compressed, where it is.',
    schema: v.picklist(RESPONSE_ENCODINGS),
    example: 'gzip',
    isAlwaysThere: false,
  },
  'X-Accel-Buffering': {
    description: 'Only with `text/event-stream`: asks nginx to pass each event on as it comes.',
    schema: v.literal('no'),
    example: 'no',
    isAlwaysThere: false,
  },
  'Content-Security-Policy': {
    description: 'The page loads nothing from, and sends nothing to, any other server.',
    schema: text,
    example: "default-src 'none'",
    isAlwaysThere: true,
  },
  'X-Content-Type-Options': {
    description: 'The body is of no other type than it says.',
    schema: v.literal('nosniff'),
    example: 'nosniff',
    isAlwaysThere: true,
  },
  'Cross-Origin-Resource-Policy': {
    description: 'No page of another origin may embed the answer.',
    schema: v.literal('same-origin'),
    example: 'same-origin',
    isAlwaysThere: true,
  },
  'Referrer-Policy': {
    description: 'Where the page leads to is not told of it.',
    schema: v.literal('no-referrer'),
    example: 'no-referrer',
    isAlwaysThere: true,
  },
  'WWW-Authenticate': {
    description: 'The ways in which a key can be sent.',
    schema: text,
    example: CHALLENGE,
    isAlwaysThere: true,
  },
  Allow: {
    description: 'The methods that the path has.',
    schema: text,
    example: 'DELETE, GET, HEAD, POST',
    isAlwaysThere: true,
  },
  Accept: {
    description: 'The media types that are read, where that was the problem.',
    schema: text,
    example: 'application/json, application/x-ndjson, application/jsonl',
    isAlwaysThere: false,
  },
  'Accept-Encoding': {
    description: 'The encodings that are read, where that was the problem.',
    schema: text,
    example: 'gzip, deflate, br, zstd',
    isAlwaysThere: false,
  },
} satisfies Record<string, HeaderField>;

export type RequestHeaderName = keyof typeof REQUEST_HEADERS;
export type ResponseHeaderName = keyof typeof RESPONSE_HEADERS;
