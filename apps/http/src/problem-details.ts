import type { EventTrackerErrorCode } from '@event-tracker/core';
import type { RequestErrorCode } from './request-error.ts';

/** What an error code means to a client: `GET /problems/{code}` tells it. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
}

export type ProblemCode = EventTrackerErrorCode | RequestErrorCode;

const RETRY = 'Send the same request again after Retry-After; with an id in each event nothing is stored twice.';

/** The only place where an error code becomes a status. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    cause:
      'The body, or one of its lines or elements, is not JSON (RFC 8259), or is nested deeper than any event may be.',
    cure: 'Send what a JSON encoder wrote; each line of NDJSON is a document of its own.',
  },
  invalid_encoding: {
    status: 400,
    title: 'Invalid encoding',
    cause: 'The body is not UTF-8, or its compression is damaged.',
    cure: 'Encode text as UTF-8, and compress the whole body as Content-Encoding says.',
  },
  invalid_event: {
    status: 400,
    title: 'Invalid event',
    cause: 'At least one event does not have the form of an event. Nothing of the request was stored.',
    cure: 'Mend what errors names: index is the position of the event, pointer the place in it.',
  },
  outside_retention: {
    status: 400,
    title: 'Outside retention',
    cause:
      'At least one event is older than events of its type are kept: it would be removed at once. Nothing of the request was stored.',
    cure: 'Leave out the events that errors names, or have events of their type kept for longer.',
  },
  invalid_query: {
    status: 400,
    title: 'Invalid query',
    cause: 'A query parameter is unknown, repeated, or has a value that means nothing.',
    cure: 'Mend the parameters that errors names; write + as %2B in a URL.',
  },
  invalid_cursor: {
    status: 400,
    title: 'Invalid cursor',
    cause: 'The cursor is damaged, or comes from a query with other filters or another order.',
    cure: 'Follow the Link header as it stands, or begin again without a cursor.',
  },
  too_many_cells: {
    status: 400,
    title: 'Too many cells',
    cause:
      'The buckets of time, times the groups, make more rows than one answer may have; or there are more than a million groups or different values.',
    cure: 'Ask for a longer interval, a shorter range, fewer groups (top), or fewer events.',
  },
  filter_required: {
    status: 400,
    title: 'Filter required',
    cause: 'The request would remove every event there is.',
    cure: 'Say which events to remove: by type, by time or by payload.',
  },
  invalid_id: {
    status: 400,
    title: 'Invalid id',
    cause: 'What stands in the path is not a UUID.',
    cure: 'Use the id as the tracker gave it.',
  },
  bad_request: {
    status: 400,
    title: 'Bad request',
    cause:
      'The request is not proper HTTP (RFC 9112): its target, its Host or its length is missing, ambiguous or malformed.',
    cure: 'Use an HTTP client library, and look at what stands between it and this server.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    cause: 'The server has keys, and the request has none of them.',
    cure: 'Send a key that the operator gave you, as WWW-Authenticate says: Bearer KEY, or Basic with the key as user name.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    cause: 'The key is a good one, but has not the scope that this takes.',
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
    cause: 'The path exists, but not for this method.',
    cure: 'Use one of the methods that Allow names.',
  },
  not_acceptable: {
    status: 406,
    title: 'Not acceptable',
    cause: 'Accept names no media type that the tracker can write.',
    cure: 'Accept one of the types that detail names, or leave Accept out.',
  },
  request_timeout: {
    status: 408,
    title: 'Request timeout',
    cause: 'The request did not arrive in full in time.',
    cure: 'Send it again, over a better connection or in smaller batches.',
  },
  event_id_conflict: {
    status: 409,
    title: 'Event id conflict',
    cause: 'An event with the same id and other content is stored already. Nothing of the request was stored.',
    cure: 'Give every event an id of its own; a retry must repeat the event unchanged.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    cause: 'The body, once inflated, has more bytes than allowed.',
    cure: 'Send the events in several requests.',
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
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    cause: 'Content-Type is missing, or is none that the tracker reads.',
    cure: 'Send one of the types that detail names, in UTF-8.',
  },
  unsupported_encoding: {
    status: 415,
    title: 'Unsupported encoding',
    cause: 'Content-Encoding is none that the tracker reads.',
    cure: 'Use one of the encodings that detail names, or none.',
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
    cause:
      'This client has made all the requests, or submitted all the events, that it may for now. Nothing was stored.',
    cure: 'Wait as long as Retry-After says. A batch counts as one request, but each of its events counts towards a limit on events.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    cause: 'The header fields of the request take more bytes than allowed.',
    cure: 'Send fewer or shorter header fields.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    cause: 'A defect of the tracker.',
    cure: 'Report it with the request id; whether the request had an effect is not known.',
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
    cause: 'The store has reached its bound. Nothing of the request was stored, and nothing old was dropped.',
    cure: 'Give the store more room: its disk, or for a store in memory MEMORY_MAX_EVENTS and MEMORY_MAX_BYTES.',
  },
  store_timeout: {
    status: 503,
    title: 'Store timeout',
    cause: 'The store did not answer in time; whether it still will is not known.',
    cure: RETRY,
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    cause: 'The bodies of the requests under way take all the memory that is set aside for them.',
    cure: RETRY,
  },
  draining: { status: 503, title: 'Draining', cause: 'This server is about to stop.', cure: RETRY },
};
