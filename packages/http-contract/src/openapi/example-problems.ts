import { createInvalidEventError, createInvalidQueryError } from '@event-tracker/core/schemas';
import { createEventIdConflictError } from '@event-tracker/core/store';
import { EVENT } from '../bodies/examples.ts';
import { RESPONSE_HEADERS } from '../operations/header-fields.ts';
import { createProblemDocument, toProblem } from '../problems/problem.ts';
import type { ProblemDocument } from '../problems/problem-document.ts';
import { PROBLEMS, type ProblemCode } from '../problems/problem-kinds.ts';

/** Errors whose documents have details in addition to those of their code. */
const ERRORS: Partial<Record<ProblemCode, Error>> = {
  invalid_event: createInvalidEventError({
    problems: [
      {
        index: 0,
        pointer: '/timestamp',
        code: 'invalid_timestamp',
        detail: 'expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z',
      },
    ],
    problemCount: 1,
    invalidEventCount: 1,
    eventCount: 3,
  }),
  invalid_query: createInvalidQueryError([
    { parameter: 'limit', code: 'invalid_limit', detail: 'expected a whole number from 1 to 10000' },
  ]),
  event_id_conflict: createEventIdConflictError([EVENT.id]),
};

/** Returns an example problem document with a code, created by the same functions as those of responses. */
export function exampleProblem(code: ProblemCode, basePath: string): ProblemDocument {
  const error = ERRORS[code];
  const problem = error ? toProblem(error, (index) => ({ index })) : { code, detail: PROBLEMS[code].cause };
  return createProblemDocument(problem, RESPONSE_HEADERS['X-Request-Id'].example, basePath);
}
