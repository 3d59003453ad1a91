import type { ServerResponse } from 'node:http';
import type { ProblemCode } from '@event-tracker/http-contract';
import type { RequestTrace } from './tracing.ts';

/** What is noted of a request on its way, to be told when its answer has gone out. */
export interface Observation {
  requestId: string | undefined;
  /** Path of its operation as the OpenAPI document has it, `/events/{id}`; never what the client wrote. */
  route: string;
  /** What the answer is, where it is a problem document. */
  problem: ProblemCode | undefined;
  /** Why the store failed, in its own words, which the client does not get. */
  reason: string | undefined;
  /** The status of an answer that did not go through Node's response. */
  status: number | undefined;
  eventsSubmitted: number | undefined;
  /** Those of them that were not stored before. */
  eventsStored: number | undefined;
  eventsReturned: number | undefined;
  /** Whether the response has no end: then its duration is no measure of the server, and that the client leaves is no fault. */
  isStream: boolean;
  /** Milliseconds, on the clock of `performance.now`. */
  startedAt: number;
  /** Where the request is traced. */
  trace: RequestTrace | undefined;
}

/** The route of requests that no operation is for. */
export const UNMATCHED = 'unmatched';

const OBSERVATION = Symbol('observation');

interface ObservedResponse extends ServerResponse {
  [OBSERVATION]?: Observation;
}

/** The observation of the request that a response is for: of each there is one. */
export function observationOf(outgoing: ObservedResponse): Observation {
  outgoing[OBSERVATION] ??= {
    requestId: undefined,
    route: UNMATCHED,
    problem: undefined,
    reason: undefined,
    status: undefined,
    eventsSubmitted: undefined,
    eventsStored: undefined,
    eventsReturned: undefined,
    isStream: false,
    startedAt: 0,
    trace: undefined,
  };
  return outgoing[OBSERVATION];
}

/** Notes for which operation a request is. */
export function noteRoute(observation: Observation, route: string): void {
  observation.route = route;
  observation.trace?.matched(route);
}
