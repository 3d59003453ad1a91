// Exports for applications: create an event tracker, call it, and recognize its errors.

export {
  type EventTrackerError,
  isBatchTooLargeError,
  isEventIdConflictError,
  isEventTrackerError,
  isFilterRequiredError,
  isInvalidCursorError,
  isInvalidEventError,
  isInvalidIdError,
  isInvalidQueryError,
  isOutsideRetentionError,
  isOverloadedError,
  isPayloadTooLargeError,
  isSchemaViolationError,
  isStoreFullError,
  isStoreTimeoutError,
  isStoreUnavailableError,
  isTooManyCellsError,
} from './errors.ts';
export type { Event, EventId, JsonObject, JsonValue, NewEvent } from './event/event.ts';
export type { EventOf, NewEventOf } from './event/typed-events.ts';
export {
  createEventTracker,
  type EventTracker,
  type EventTrackerOptions,
  type LocalEventTracker,
  type SubmitResult,
} from './event-tracker.ts';
export type { EventQuery } from './query/event-query.ts';
export type { FilterQuery } from './query/filter-query.ts';
export type { RetentionRule } from './retention/retention-rule.ts';
export type { StatsQuery } from './stats/stats-query.ts';
export type { StatsRow } from './stats/stats-rows.ts';
export type { ReadOptions } from './store/event-store-port.ts';
export type { FollowedItem, FollowOptions } from './use-cases/follow-events.ts';
export type { EventTypeSummary } from './use-cases/query-event-types.ts';
export type { EventPage } from './use-cases/query-events.ts';
