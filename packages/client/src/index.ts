// Exports for applications. Events, queries and the guards of most errors are those of @event-tracker/core.

export { isRequestError, type ReportedProblem, type RequestError } from '@event-tracker/http-contract';
export {
  createEventTrackerClient,
  type EventTrackerClient,
  type EventTrackerClientOptions,
} from './event-tracker-client.ts';
export type { CloseOptions, OnRejected, QueueLimits } from './queue/event-queue.ts';
export { isUnexpectedResponseError, type UnexpectedResponseError } from './request/errors.ts';
