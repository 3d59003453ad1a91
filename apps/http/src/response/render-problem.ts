import { createProblemDocument, jsonLine, PROBLEM_MEDIA_TYPE, type Problem } from '@event-tracker/http-contract';

/** The response to a request with a problem. */
export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Default time after which a client retries. */
const RETRY_AFTER_SECONDS = '1';

/**
 * Renders the status, header fields and body of a problem document (RFC 9457).
 *
 * @param basePath path that precedes `/problems`
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
