import { type ProblemKind, RETRY } from './problem-kind.ts';
import type { RequestErrorCode } from './request-error-codes.ts';

/** The errors of the HTTP layer, by code. */
export const REQUEST_PROBLEMS: Readonly<Record<RequestErrorCode, ProblemKind>> = {
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    cause: 'The body, or one of its lines or elements, is not JSON (RFC 8259), or is nested too deeply.',
    cure: 'Send the output of a JSON encoder; each line of NDJSON is a separate document.',
  },
  invalid_encoding: {
    status: 400,
    title: 'Invalid encoding',
    cause: 'The body is not UTF-8, or its compression is damaged.',
    cure: 'Encode text as UTF-8, and compress the whole body with the encoding that Content-Encoding names.',
  },
  bad_request: {
    status: 400,
    title: 'Bad request',
    cause:
      'The request is not valid HTTP: its target, a header field such as Host, or its length is missing, ambiguous or malformed.',
    cure: 'Fix what detail names. An HTTP client library writes valid requests; a proxy can change them.',
  },
  unexpected_body: {
    status: 400,
    title: 'Unexpected body',
    cause: 'The request has a body, which this method does not use. Nothing was read or deleted.',
    cure: 'Send the request without a body; filters are query parameters.',
  },
  digest_mismatch: {
    status: 400,
    title: 'Digest mismatch',
    cause: 'The body that arrived is not the one whose digest Content-Digest states (RFC 9530). Nothing was stored.',
    cure: 'Send the request again. The digest is that of the bytes that are sent, after compression.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    cause: 'The operation requires a key, and the request has none that is valid.',
    cure: 'Send a key from the operator in Authorization: Bearer KEY, or Basic with the key as user name.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    cause: 'The key is valid, but does not have the scope that the operation requires.',
    cure: 'Ask the operator for a key with the scope that detail names.',
  },
  event_not_found: {
    status: 404,
    title: 'Event not found',
    cause: 'No event with this id is stored.',
    cure: 'Check the id.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    cause: 'There is nothing at this path.',
    cure: 'Check the path; events are at /events.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    cause: 'The path does not allow this method.',
    cure: 'Use one of the methods that Allow names.',
  },
  not_acceptable: {
    status: 406,
    title: 'Not acceptable',
    cause: 'Accept names no media type that the operation can return.',
    cure: 'Accept one of the types that detail names, or leave Accept out.',
  },
  request_timeout: {
    status: 408,
    title: 'Request timeout',
    cause: 'The request did not arrive completely in time.',
    cure: 'Send it again, over a better connection or in smaller batches.',
  },
  precondition_failed: {
    status: 412,
    title: 'Precondition failed',
    cause: 'If-Match or If-None-Match states a condition that the event does not meet. Nothing was deleted.',
    cure: 'Get the event again, and send its ETag.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    cause: 'The body, decompressed, has more bytes than allowed.',
    cure: 'Send the events in several requests.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    cause: 'Content-Type is missing or not supported.',
    cure: 'Send one of the types that detail names, in UTF-8.',
  },
  unsupported_encoding: {
    status: 415,
    title: 'Unsupported encoding',
    cause: 'Content-Encoding is not supported.',
    cure: 'Use one of the encodings that detail names, or none.',
  },
  misdirected_request: {
    status: 421,
    title: 'Misdirected request',
    cause:
      'Host names none of the hosts of this server. A server without keys that listens on loopback accepts only localhost and loopback addresses, because a web page can have its own name pointed at them.',
    cure: 'Use http://localhost, set ALLOWED_HOSTS, or have the proxy send a Host that is accepted.',
  },
  unsupported_transfer_encoding: {
    status: 501,
    title: 'Unsupported transfer encoding',
    cause: 'Transfer-Encoding is not chunked.',
    cure: 'Send the body chunked or with Content-Length; compress it with Content-Encoding.',
  },
  expectation_failed: {
    status: 417,
    title: 'Expectation failed',
    cause: 'Expect asks for something other than 100-continue.',
    cure: 'Leave Expect out.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    cause: 'This client has exhausted its quota of requests or of events. Nothing was stored.',
    cure: 'Wait for the time in Retry-After. A batch counts as one request, but each of its events counts towards a limit on events.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    cause: 'The header fields of the request have more bytes than allowed.',
    cure: 'Send fewer or shorter header fields.',
  },
  http_version: {
    status: 505,
    title: 'HTTP version not supported',
    cause:
      'The response is too long to be sent with a length, and an HTTP/1.0 client cannot distinguish its end from a broken connection. The usual cause is a proxy that uses HTTP/1.0.',
    cure: 'Use HTTP/1.1 (nginx: proxy_http_version 1.1), or request pages with limit.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    cause: 'A defect of the tracker.',
    cure: 'Report it with the request id; whether the request had an effect is unknown.',
  },
  draining: { status: 503, title: 'Draining', cause: 'This server is stopping.', cure: RETRY },
};
