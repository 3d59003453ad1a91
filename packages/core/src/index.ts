export * from './errors.ts';
export type { Event, EventId, JsonObject, JsonValue, NewEvent } from './event/event.ts';
export { comparePositions, type EventOrder, type EventPosition } from './event/event-order.ts';
export { secureEvent, toFrozenEvent } from './event/frozen-event.ts';
export { NewEventSchema } from './event/parse-event.ts';
export { parseExactJson, parseJsonText } from './event/parse-json-text.ts';
export { haveSameContent } from './event/same-content.ts';
export type { Sequence } from './event/sequence.ts';
export { isStorable } from './event/text.ts';
export { compareTimestamps, type EpochNanoseconds, epochNanosecondsOf, formatTimestamp } from './event/timestamp.ts';
export {
  createEventTracker,
  DEFAULT_LIMITS,
  type EventTracker,
  type EventTrackerOptions,
  type LocalEventTracker,
  type SubmitResult,
} from './event-tracker.ts';
export { nearestName } from './nearest-name.ts';
export { ARRIVAL_QUERY_SCHEMAS, type ArrivalQuery } from './query/arrival-query.ts';
export { compileFilter, type EventFilter, matchesFilter, matchesType, needsPayload } from './query/event-filter.ts';
export { EVENT_QUERY_SCHEMAS, type EventQuery, MAX_PAGE_LIMIT } from './query/event-query.ts';
export { FILTER_SCHEMAS, type FilterQuery } from './query/filter-query.ts';
export { MAX_PAYLOAD_OPERAND_LENGTH, PAYLOAD_OPERATORS } from './query/parse-condition.ts';
export type { ComparisonOperator, JsonScalar, PayloadCondition } from './query/payload-condition.ts';
export { type PayloadPath, parsePayloadPath } from './query/payload-path.ts';
export { describeUnknownParameters } from './query/unknown-parameters.ts';
export type { RetentionRule } from './retention/retention-rule.ts';
export type { CancelSignal } from './runtime/abort.ts';
export { beginTimeSlice, type TimeSlice } from './runtime/event-loop.ts';
export { aggregateEvents, type EventScan, type EventVisit } from './stats/aggregate-events.ts';
export type { AggregateCell, AggregateRequest, AggregateValue, GroupBy, Metric } from './stats/aggregate-request.ts';
export { compareGroups } from './stats/compare-groups.ts';
export { STATS_QUERY_SCHEMAS, type StatsQuery } from './stats/stats-query.ts';
export type { StatsRow } from './stats/stats-rows.ts';
export type { Interval } from './stats/time-grid.ts';
export { appendBatch } from './store/append-batch.ts';
export { type ComposeOptions, composeStore } from './store/compose-store.ts';
export { type AppendDecision, decideAppends, decideAppendsInSlices, type KnownEvents } from './store/decide-appends.ts';
export {
  type AppendOutcome,
  type AppendResult,
  type Arrival,
  type ArrivalRequest,
  BEFORE_ALL,
  type EventStorePort,
  type PageRequest,
  type StoreGuarantees,
} from './store/event-store-port.ts';
export { refuseBeyond } from './store/refuse-beyond.ts';
export { createStoreId } from './store/store-id.ts';
export { DEFAULT_STORE_DEADLINES, type StoreDeadlines, withDeadlines } from './store/with-deadlines.ts';
export { type GroupCommitObserver, type GroupCommitOptions, withGroupCommit } from './store/with-group-commit.ts';
export { withOrderlyClose } from './store/with-orderly-close.ts';
export { type StoreCall, wrapCalls } from './store/wrap-calls.ts';
export type { DeleteOptions } from './use-cases/delete-events.ts';
export type { FollowedItem, FollowOptions } from './use-cases/follow-events.ts';
export type { EventTypeSummary } from './use-cases/query-event-types.ts';
export type { EventPage } from './use-cases/query-events.ts';
export type { EventInputs, SubmitLimits } from './use-cases/submit-events.ts';
