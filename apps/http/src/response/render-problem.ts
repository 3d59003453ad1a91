import { createProblemDocument, jsonLine, PROBLEM_MEDIA_TYPE, type Problem } from '@event-tracker/http-contract';

/** A problem as it goes over the wire. */
export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How long a client waits before it tries again, where nothing better is known. */
const RETRY_AFTER_SECONDS = '1';

/**
 * Status, header fields and body of a problem document (RFC 9457).
 *
 * @param basePath path under which `/problems` stands
 */
export function renderProblem(problem: Problem, requestId: string, basePath: string): RenderedProblem {
  const document = createProblemDocument(problem, requestId, basePath);
  return {
    status: document.status,
    headers: {
      'Content-Type': PROBLEM_MEDIA_TYPE,
      ...(document.status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
      ...problem.headers,
    },
    body: jsonLine(document),
  };
}
