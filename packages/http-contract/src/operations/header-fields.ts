import * as v from 'valibot';
import { REQUEST_ENCODINGS, RESPONSE_ENCODINGS } from '../bodies/content-encodings.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import { CHALLENGE } from './scope.ts';

/** A header field, as described to clients. */
export interface HeaderField {
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly example: string;
  /** True if every response that can have the field has it. */
  readonly isAlwaysThere: boolean;
}

const text = v.string();
const wholeNumber = v.pipe(v.string(), v.regex(/^\d+$/));

export const REQUEST_HEADERS = {
  'X-Request-Id': {
    description:
      'Identifies the request in the response and in the log, if it has 1 to 128 letters, digits, dots, hyphens and underscores. Any other text is ignored.',
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
  'ce-specversion': {
    description:
      'Marks a CloudEvent in the binary mode: `ce-id`, `ce-source`, `ce-type`, `ce-time` and other attributes are header fields as well, and the body is its data.',
    schema: v.literal('1.0'),
    example: '1.0',
    isAlwaysThere: false,
  },
  Prefer: {
    description:
      '`handling=lenient` quarantines invalid events instead of rejecting the request with 400. `handling=strict` rejects events that a schema would quarantine. Other preferences are ignored (RFC 7240).',
    schema: text,
    example: 'handling=lenient',
    isAlwaysThere: false,
  },
  'Accept-Encoding': {
    description: 'Encodings that the client accepts. A body of more than 1 KiB is then compressed.',
    schema: text,
    example: 'gzip',
    isAlwaysThere: false,
  },
  'Last-Event-ID': {
    description:
      'Only for `text/event-stream`: the last `id` that the client received. The stream continues there. Takes precedence over `after`.',
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
    description: 'The `ETag` of the copy that the client has: if it is current, the response is 304.',
    schema: text,
    example: '"mZ7JXr0yFbG0Q8cWb1nK4A"',
    isAlwaysThere: false,
  },
} satisfies Record<string, HeaderField>;

export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description: 'Identifies the request: the `X-Request-Id` of the request, or a new id.',
    schema: text,
    example: '5f0c9f2e-3b64-4f0a-9d51-0c7be2a4d8f3',
    isAlwaysThere: true,
  },
  'RateLimit-Policy': {
    description:
      'The limits of requests (`"default"`) and of events (`"events"`): a client can send `q` of them in `w` seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: text,
    example: '"default";q=6000;w=60, "events";q=100000;w=60',
    isAlwaysThere: false,
  },
  RateLimit: {
    description:
      'The number of requests and of events left (`r`), and the seconds until the full quota is available again (`t`).',
    schema: text,
    example: '"default";r=5999;t=60, "events";r=99900;t=60',
    isAlwaysThere: false,
  },
  'Retry-After': {
    description: 'Seconds after which to send the same request again.',
    schema: wholeNumber,
    example: '1',
    isAlwaysThere: true,
  },
  Location: {
    description: 'The URL of the event.',
    schema: v.pipe(v.string(), v.metadata({ format: 'uri-reference' })),
    example: '/events/01941f29-7c00-7d0e-9f3b-5a2c81e6b704',
    isAlwaysThere: true,
  },
  'Idempotent-Replayed': {
    description: 'Present, and `true`, if an earlier request stored the event.',
    schema: v.literal('true'),
    example: 'true',
    isAlwaysThere: false,
  },
  'Preference-Applied': {
    description: 'The preference of `Prefer` that the server has applied, if any.',
    schema: text,
    example: 'handling=lenient',
    isAlwaysThere: false,
  },
  Link: {
    description:
      'The URL of the next page (RFC 8288). Absent on the last page and without `limit`; with `order=arrival`, always present.',
    schema: text,
    example: '</events?limit=1&cursor=1-1q3hf0k-tyxb3plui2o0-01941f297c007d0e9f3b5a2c81e6b704>; rel="next"',
    isAlwaysThere: false,
  },
  ETag: {
    description: 'Identifies the content, for `If-Match` and `If-None-Match`. The ETag of an event is strong.',
    schema: text,
    example: '"mZ7JXr0yFbG0Q8cWb1nK4A"',
    isAlwaysThere: true,
  },
  'Cache-Control': {
    description: 'Clients must revalidate a stored response before they use it.',
    schema: text,
    example: 'private, no-cache',
    isAlwaysThere: true,
  },
  Vary: {
    description: 'Header fields of the request on which the response depends.',
    schema: text,
    example: 'Accept, Accept-Encoding',
    isAlwaysThere: true,
  },
  'Content-Encoding': {
    description: 'How the body is compressed, if it is.',
    schema: v.picklist(RESPONSE_ENCODINGS),
    example: 'gzip',
    isAlwaysThere: false,
  },
  'X-Accel-Buffering': {
    description: 'Only with `text/event-stream`: makes nginx forward each event immediately.',
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
    description: 'Browsers must not guess another media type.',
    schema: v.literal('nosniff'),
    example: 'nosniff',
    isAlwaysThere: true,
  },
  'Cross-Origin-Resource-Policy': {
    description: 'Pages of other origins must not embed the response.',
    schema: v.literal('same-origin'),
    example: 'same-origin',
    isAlwaysThere: true,
  },
  'Referrer-Policy': {
    description: 'Browsers do not send the URL of the page to other servers.',
    schema: v.literal('no-referrer'),
    example: 'no-referrer',
    isAlwaysThere: true,
  },
  'WWW-Authenticate': {
    description: 'The schemes in which a key can be sent.',
    schema: text,
    example: CHALLENGE,
    isAlwaysThere: true,
  },
  Allow: {
    description: 'The methods that the path allows.',
    schema: text,
    example: 'DELETE, GET, HEAD, POST',
    isAlwaysThere: true,
  },
  Accept: {
    description: 'The accepted media types, if the media type was the problem.',
    schema: text,
    example: 'application/json, application/x-ndjson, application/jsonl',
    isAlwaysThere: false,
  },
  'Accept-Encoding': {
    description: 'The accepted encodings, if the encoding was the problem.',
    schema: text,
    example: 'gzip, deflate, br, zstd',
    isAlwaysThere: false,
  },
} satisfies Record<string, HeaderField>;

export type RequestHeaderName = keyof typeof REQUEST_HEADERS;
export type ResponseHeaderName = keyof typeof RESPONSE_HEADERS;
