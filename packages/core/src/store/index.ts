// Exports for adapter authors: the event store port, the kit for implementing it, and the parts of events, filters and
// statistics that stores use.

export {
  createEventIdConflictError,
  createStoreFullError,
  createStoreTimeoutError,
  createStoreUnavailableError,
  createTooManyCellsError,
  type StoreUnavailableError,
} from '../errors.ts';
export { comparePositions, type EventOrder, type EventPosition } from '../event/event-order.ts';
export { secureEvent, toFrozenEvent } from '../event/frozen-event.ts';
export { isJsonArray } from '../event/json-array.ts';
export { parseJsonText } from '../event/parse-json-text.ts';
export { haveSameContent } from '../event/same-content.ts';
export type { Sequence } from '../event/sequence.ts';
export { isStorable } from '../event/text.ts';
export { createTextEvent } from '../event/text-event.ts';
export { compareTimestamps, type EpochNanoseconds, epochNanosecondsOf, formatTimestamp } from '../event/timestamp.ts';
export { compileFilter, type EventFilter, matchesFilter, matchesType, needsPayload } from '../query/event-filter.ts';
export { caseVariantsOf } from '../query/ignoring-case.ts';
export type { ComparisonOperator, JsonScalar, PayloadCondition } from '../query/payload-condition.ts';
export type { PayloadPath } from '../query/payload-path.ts';
export { canOccurInNumbers } from '../query/search-text.ts';
export { type CancelSignal, onAbort, throwIfAborted } from '../runtime/abort.ts';
export { beginTimeSlice, type TimeSlice } from '../runtime/event-loop.ts';
export { mapInSlices } from '../runtime/map-in-slices.ts';
export { aggregateEvents, type EventScan, type EventVisit } from '../stats/aggregate-events.ts';
export type { AggregateCell, AggregateRequest, AggregateValue, GroupBy, Metric } from '../stats/aggregate-request.ts';
export { aggregateTotals, bucketEdges, needsOnlyTotals, type Totals } from '../stats/aggregate-totals.ts';
export { compareGroups } from '../stats/compare-groups.ts';
export type { Interval } from '../stats/time-grid.ts';
export { appendBatch } from './append-batch.ts';
export { checkSequence } from './check-sequence.ts';
export { checkUrlParameters } from './check-url-parameters.ts';
export { type ComposeOptions, composeStore } from './compose-store.ts';
export { type AppendDecision, decideAppends, decideAppendsInSlices, type KnownEvents } from './decide-appends.ts';
export {
  type AppendOutcome,
  type AppendResult,
  type Arrival,
  type ArrivalRequest,
  BEFORE_ALL,
  type EventStore,
  type EventStorePort,
  type PageRequest,
  type StoreGuarantees,
  type StoreReadOptions,
} from './event-store-port.ts';
export { likePatternOf } from './like-pattern.ts';
export { messageOf } from './message-of.ts';
export { openWhenReachable } from './open-when-reachable.ts';
export { createStoreId } from './store-id.ts';
export { DEFAULT_STORE_DEADLINES, type StoreDeadlines, withDeadlines } from './with-deadlines.ts';
export { type GroupCommitObserver, type GroupCommitOptions, withGroupCommit } from './with-group-commit.ts';
export { withOrderlyClose } from './with-orderly-close.ts';
export { withTurns } from './with-turns.ts';
export { type StoreCall, wrapCalls } from './wrap-calls.ts';
