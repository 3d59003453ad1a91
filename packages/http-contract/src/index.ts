export {
  REQUEST_ENCODINGS,
  RESPONSE_ENCODINGS,
  type RequestEncoding,
  type ResponseEncoding,
} from './bodies/content-encodings.ts';
export { csvOf } from './bodies/csv-columns.ts';
export {
  createFrameParser,
  EVENT_STREAM_MEDIA_TYPE,
  type EventFrame,
  writeEventFrame,
  writeFirstFrame,
  writePositionFrame,
} from './bodies/event-stream.ts';
export { eventLine, jsonLine } from './bodies/json-line.ts';
export {
  CLOUDEVENT_BATCH_MEDIA_TYPE,
  CLOUDEVENT_MEDIA_TYPE,
  PROBLEM_MEDIA_TYPE,
  PROTOBUF_MEDIA_TYPE,
  SUBMISSION_FORMATS,
  SUBMISSION_MEDIA_TYPES,
  type SubmissionFormat,
  type SubmissionMediaType,
} from './bodies/media-types.ts';
export type { Representation } from './bodies/representation.ts';
export {
  EVENTS_MEDIA_TYPES,
  type EventsMediaType,
  REPRESENTATIONS,
} from './bodies/representations.ts';
export { EVENT_TYPE_FORMATS, type RowFormats, STATS_FORMATS } from './bodies/row-tables.ts';
export {
  type BatchResult,
  BatchResultSchema,
  type Deletion,
  DeletionSchema,
  EventSchema,
  EventTypeSummarySchema,
  type Readiness,
  ReadinessSchema,
  type Replay,
  StatsRowSchema,
  type TypeSchema,
} from './bodies/schemas.ts';
export { WITH_CLOUDEVENTS } from './operations/cloud-events.ts';
export { DELETE_EVENT, DELETE_EVENTS } from './operations/deletion-operations.ts';
export { GET_EVENT, QUERY_EVENTS, SUBMIT_EVENTS } from './operations/event-operations.ts';
export {
  INGEST_OTLP,
  INGEST_POSTHOG,
  INGEST_POSTHOG_V1,
  INGEST_SEGMENT,
  INGEST_SNOWPLOW,
  INGEST_SNOWPLOW_PIXEL,
  PIXEL,
  SEGMENT_CALLS,
} from './operations/foreign-operations.ts';
export type { RequestHeaderName, ResponseHeaderName } from './operations/header-fields.ts';
export { IDEMPOTENCY_KEY_EXPECTED, isIdempotencyKey } from './operations/idempotency-key.ts';
export { METHODS, type Operation } from './operations/operation.ts';
export { GET_LIVENESS, GET_METRICS, GET_READINESS } from './operations/probe-operations.ts';
export { REPLAY_QUARANTINED } from './operations/quarantine-operations.ts';
export {
  DOCS_FILES,
  type DocsFile,
  GET_DOCS,
  GET_DOCS_FILE,
  GET_OPENAPI,
  GET_PROBLEM,
} from './operations/reference-operations.ts';
export { isRequestId } from './operations/request-id.ts';
export { ROUTES, type Route } from './operations/routes.ts';
export { GET_SCHEMA, GET_SCHEMAS, SCHEMA_MEDIA_TYPE } from './operations/schema-operations.ts';
export { type Access, CHALLENGE, isScope, SCOPES, type Scope, withIncluded } from './operations/scope.ts';
export { QUERY_EVENT_TYPES, QUERY_STATS } from './operations/stats-operations.ts';
export {
  createProblemDocument,
  isStoreFailure,
  type PlaceOf,
  type Problem,
  problemTypeOf,
  toProblem,
} from './problems/problem.ts';
export {
  type EventPlace,
  type ProblemDocument,
  ProblemDocumentSchema,
  type ProblemItem,
} from './problems/problem-document.ts';
export type { ProblemKind } from './problems/problem-kind.ts';
export {
  isProblemCode,
  PROBLEM_CODES,
  PROBLEMS,
  type ProblemCode,
} from './problems/problem-kinds.ts';
export {
  type ProblemContext,
  parseProblem,
  type ReceivedProblem,
  type ReportedProblem,
  toError,
} from './problems/read-problem.ts';
export {
  createRequestError,
  isRequestError,
  type RequestError,
  type RequestErrorOptions,
} from './problems/request-error.ts';
export type { RequestErrorCode } from './problems/request-error-codes.ts';
export {
  type FollowQuery,
  readArrivalQuery,
  readFollowQuery,
} from './query/arrival-query-string.ts';
export {
  buildDeletionQueryString,
  buildEventQueryString,
  buildFollowQueryString,
  buildStatsQueryString,
} from './query/build-query-string.ts';
export { createColumnsWithoutCsvError, readColumns } from './query/columns.ts';
export { readDryRun } from './query/dry-run.ts';
export { readEventQuery, readFilterQuery } from './query/event-query-string.ts';
export { EventsFormatSchema, RowsFormatSchema, readFormat } from './query/format.ts';
export { type Handling, readHandling } from './query/handling.ts';
export { readNextLink } from './query/next-link.ts';
export { isOrderedByArrival } from './query/order.ts';
export { type KnownParameters, type QueryParameters, readQueryString } from './query/query-string.ts';
export { readStatsQuery } from './query/stats-query-string.ts';
