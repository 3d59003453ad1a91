import type { Hono } from 'hono';
import { answerJson } from '../answer.ts';
import type { AppEnv } from '../app-env.ts';
import { PROBLEMS, type ProblemCode } from '../problem-details.ts';
import { readQueryString } from '../query-string.ts';
import { createRequestError } from '../request-error.ts';

/** What the `type` of a problem document leads to: its cause and its cure. */
export function addProblemRoutes(app: Hono<AppEnv>, basePath: string): void {
  app.get('/problems/:code', (c) => {
    readQueryString(c.req.url, {});
    const code = c.req.param('code');
    if (!Object.hasOwn(PROBLEMS, code)) throw createRequestError('not_found', 'there is no problem of this code');
    return answerJson(c, 200, { type: `${basePath}/problems/${code}`, code, ...PROBLEMS[code as ProblemCode] });
  });
}
