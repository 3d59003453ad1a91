import { PROBLEMS, type ProblemCode } from '@event-tracker/http-contract';
import { expect } from 'vitest';
import { jsonOf, type TestResponse } from './client.ts';

/** A problem document (RFC 9457) as clients receive it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly error_count?: number;
  readonly limit?: number;
  readonly actual?: number;
  readonly errors?: readonly ProblemError[];
}

interface ProblemError {
  readonly index?: number;
  readonly line?: number;
  readonly pointer?: string;
  readonly parameter?: string;
  readonly code: string;
  readonly detail: string;
}

/** Maximum length of a problem document. */
const MAX_LENGTH = 8_192;

/** Expects a valid problem document, and returns it. */
export function expectProblem(
  response: TestResponse,
  status: number,
  code: ProblemCode,
  basePath = '',
): ProblemDocument {
  const label = `${response.status} ${response.text.slice(0, 300)}`;
  expect(response.status, label).toBe(status);
  expect(response.headers.get('content-type'), label).toBe('application/problem+json');
  expect(response.text.length, label).toBeLessThan(MAX_LENGTH);
  const { detail, errors, error_count, limit, actual, ...members } = jsonOf<ProblemDocument>(response);
  expect(members, label).toEqual({
    type: `${basePath}/problems/${code}`,
    title: PROBLEMS[code].title,
    status,
    code,
    request_id: response.headers.get('x-request-id'),
  });
  expect(detail, label).toMatch(/\S/);
  expect(response.text).not.toMatch(/\bat .+:\d+:\d+/); // no stack trace
  expect(response.headers.has('retry-after'), 'Retry-After').toBe(status === 503 || status === 429);
  for (const number of [limit, actual]) expect(Number.isSafeInteger(number ?? 0), label).toBe(true);
  if (errors) expect(error_count, label).toBeGreaterThanOrEqual(errors.length);
  return jsonOf<ProblemDocument>(response);
}
