import { answerJson } from '../answer/answer.ts';
import { GET_PROBLEM } from '../operations/reference-operations.ts';
import { PROBLEMS, type ProblemCode } from '../problem-details.ts';
import { createRequestError } from '../request-error.ts';
import type { Routes } from '../routes.ts';

/** What the `type` of a problem document leads to: its cause and its cure. */
export function addProblemRoutes(routes: Routes, basePath: string): void {
  routes.add(GET_PROBLEM, (c) => {
    const code = c.req.param('code') ?? '';
    if (!Object.hasOwn(PROBLEMS, code)) throw createRequestError('not_found', 'there is no problem of this code');
    return answerJson(c, 200, { type: `${basePath}/problems/${code}`, code, ...PROBLEMS[code as ProblemCode] });
  });
}
