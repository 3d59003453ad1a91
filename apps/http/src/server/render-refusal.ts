import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '@event-tracker/http-contract';
import { commonHeaders } from '../request/common-headers.ts';
import type { Cors } from '../request/cors.ts';
import { requestIdOf } from '../request/request-id.ts';
import { type RenderedProblem, renderProblem } from '../response/render-problem.ts';
import { observationOf } from '../telemetry/observation.ts';
import type { RequestObserver } from '../telemetry/observe-requests.ts';

/** Creates and reports the problem document of a request that never reaches the app. */
export type RenderRefusal = (problem: Problem, refused?: RefusedRequest) => RenderedProblem;

/** The rejected request, as far as it was parsed. */
interface RefusedRequest {
  readonly incoming?: IncomingMessage;
  /** The response by which the request is observed: it is reported when that is sent. Without it, immediately. */
  readonly outgoing?: ServerResponse | undefined;
}

export interface RenderRefusalDependencies {
  readonly basePath: string;
  readonly cors: Cors | undefined;
  readonly requests: Pick<RequestObserver, 'refused'>;
}

export function createRenderRefusal({ basePath, cors, requests }: RenderRefusalDependencies): RenderRefusal {
  return (problem, { outgoing, incoming = outgoing?.req } = {}) => {
    const requestId = requestIdOf(incoming?.headers['x-request-id']);
    const { status, headers, body } = renderProblem(problem, requestId, basePath);
    if (outgoing) Object.assign(observationOf(outgoing), { requestId, status, problem: problem.code });
    else requests.refused({ requestId, method: incoming?.method, status, problem: problem.code });
    const framing = { Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) };
    return { status, headers: { ...commonHeaders(requestId, cors, incoming), ...headers, ...framing }, body };
  };
}
