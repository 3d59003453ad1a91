// Exports for shells and clients: schemas, limits, parsing, and errors raised before a call or received from another process.

export {
  createBatchTooLargeError,
  createEventProblemsError,
  createEventTrackerError,
  createInvalidEventError,
  createInvalidQueryError,
  createOverloadedError,
  createPayloadTooLargeError,
  type EventProblem,
  type EventProblemsError,
  type EventTrackerErrorCode,
  isEventTrackerErrorCode,
  type QueryProblem,
} from '../errors.ts';
export { createEventIds } from '../event/create-event-ids.ts';
export { parseEventId, requireEventId } from '../event/event-id.ts';
export { MAX_EVENT_TYPE_LENGTH } from '../event/event-type.ts';
export { pointerStep, stepsOfPointer, toPointer } from '../event/json-pointer.ts';
export { NewEventSchema, parseNewEvent } from '../event/parse-event.ts';
export { parseExactJson } from '../event/parse-json-text.ts';
export { MAX_PAYLOAD_DEPTH } from '../event/parse-payload.ts';
export { shorten } from '../event/text.ts';
export { eventText, payloadText } from '../event/text-event.ts';
export type {
  AnyEvents,
  EventTypeOf,
  JsonPayloads,
  SubmitInput,
  SubmittedEvent,
} from '../event/typed-events.ts';
export type { EventSchemaOptions } from '../event-tracker.ts';
export { nearestName } from '../nearest-name.ts';
export { ARRIVAL_QUERY_SCHEMAS, type ArrivalQuery, parseArrivalQuery } from '../query/arrival-query.ts';
export { cursorAfter, EVENT_QUERY_SCHEMAS, MAX_PAGE_LIMIT } from '../query/event-query.ts';
export { FILTER_SCHEMAS, parseFilteredQuery } from '../query/filter-query.ts';
export { MAX_PAYLOAD_OPERAND_LENGTH, PAYLOAD_OPERATORS } from '../query/parse-condition.ts';
export { parsePayloadPath } from '../query/payload-path.ts';
export { parseTimeZone, type TimeZone } from '../query/time-zone.ts';
export { describeUnknownParameters } from '../query/unknown-parameters.ts';
export { checkByValidators } from '../schema/check-by-validators.ts';
export { isQuarantined, type QuarantineRecord, replayedIdOf } from '../schema/quarantine-record.ts';
export {
  SCHEMA_VIOLATION,
  type SchemaCheck,
  type SchemaMode,
  type SchemaOptions,
  type SchemaProblem,
  type SchemaViolation,
} from '../schema/schema-check.ts';
export type { EventSchemas, PayloadsOf } from '../schema/standard-schema.ts';
export { createUnreadableInput, type UnreadableInput } from '../schema/unreadable-input.ts';
export { parseStatsQuery, STATS_QUERY_SCHEMAS } from '../stats/stats-query.ts';
export type { DeleteOptions } from '../use-cases/delete-events.ts';
export { collectEventProblems, type EventProblemCollection } from '../use-cases/event-problems.ts';
export { createQuarantine, type Quarantine } from '../use-cases/quarantine.ts';
export type { ReplayOptions, ReplayResult } from '../use-cases/replay-quarantined.ts';
export { DEFAULT_LIMITS, type EventInputs, type SubmitLimits, type SubmitOptions } from '../use-cases/submit-events.ts';
