import type { ServerResponse } from 'node:http';
import { isQuarantined } from '@event-tracker/core/schemas';
import type { AppendResult } from '@event-tracker/core/store';
import type { ProblemCode } from '@event-tracker/http-contract';
import type { RequestTrace } from './tracing.ts';

/** Data of a request, recorded while it is served and reported when its response has been sent. */
export interface Observation {
  requestId: string | undefined;
  /** Path of the operation as in the OpenAPI document, such as `/events/{id}`; never the path that the client sent. */
  route: string;
  /** Problem code, if the response is a problem document. */
  problem: ProblemCode | undefined;
  /** Why the store failed, in its own words, which the client does not get. */
  reason: string | undefined;
  /** Status of a response that was written without Node's response object. */
  status: number | undefined;
  /** Name of the foreign protocol in which events were submitted, if any. */
  protocol: string | undefined;
  eventsSubmitted: number | undefined;
  /** Events that were not stored before. */
  eventsStored: number | undefined;
  /** Events that are quarantined, stored before or not. */
  eventsQuarantined: number | undefined;
  /** Events that were refused by a request that stored others. */
  eventsRefused: number | undefined;
  eventsReturned: number | undefined;
  /** True if the response is endless: its duration is then not measured, and a disconnect is not an error. */
  isStream: boolean;
  /** Milliseconds, on the clock of `performance.now`. */
  startedAt: number;
  /** Trace of the request, if it is traced. */
  trace: RequestTrace | undefined;
}

/** The route of requests that match no operation. */
export const UNMATCHED = 'unmatched';

const OBSERVATION = Symbol('observation');

interface ObservedResponse extends ServerResponse {
  [OBSERVATION]?: Observation;
}

/** Returns the observation of the request of a response; each has exactly one. */
export function observationOf(outgoing: ObservedResponse): Observation {
  outgoing[OBSERVATION] ??= {
    requestId: undefined,
    route: UNMATCHED,
    problem: undefined,
    reason: undefined,
    status: undefined,
    protocol: undefined,
    eventsSubmitted: undefined,
    eventsStored: undefined,
    eventsQuarantined: undefined,
    eventsRefused: undefined,
    eventsReturned: undefined,
    isStream: false,
    startedAt: 0,
    trace: undefined,
  };
  return outgoing[OBSERVATION];
}

/** Records the results of submitted events. */
export function noteResults(observation: Observation, results: readonly AppendResult[]): void {
  let stored = 0;
  let quarantined = 0;
  for (const result of results) {
    if (result.stored) stored++;
    if (isQuarantined(result.event)) quarantined++;
  }
  observation.eventsStored = stored;
  if (quarantined > 0) observation.eventsQuarantined = quarantined;
}

/** Records the operation of a request. */
export function noteRoute(observation: Observation, route: string): void {
  observation.route = route;
  observation.trace?.matched(route);
}
