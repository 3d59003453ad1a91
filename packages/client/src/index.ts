// Exports for applications. Events, queries and the guards of most errors are those of @event-tracker/core.

export { isRequestError, type ReportedProblem, type RequestError } from '@event-tracker/http-contract';
export type {
  EventTrackerClient,
  EventTrackerClientOptions,
  HandlingOptions,
  ReplayQuarantinedOptions,
} from './client.ts';
export { createEventTrackerClient } from './event-tracker-client.ts';
export type { CloseOptions, QueueLimits } from './queue/event-queue.ts';
export { type Refusal, readRefusal } from './queue/refusal.ts';
export type { OnRejected } from './queue/reporter.ts';
export { describeFetchError, isUnexpectedResponseError, type UnexpectedResponseError } from './request/errors.ts';
