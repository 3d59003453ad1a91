import { createRequestError, GET_PROBLEM, isProblemCode, PROBLEMS, problemTypeOf } from '@event-tracker/http-contract';
import { respondJson } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

/** Adds the route that the `type` of a problem document points to: its cause and its cure. */
export function addProblemRoutes(routes: Routes, basePath: string): void {
  routes.add(GET_PROBLEM, (c) => {
    const code = c.req.param('code') ?? '';
    if (!isProblemCode(code)) throw createRequestError('not_found', 'there is no problem with this code');
    return respondJson(c, 200, { type: problemTypeOf(code, basePath), code, ...PROBLEMS[code] });
  });
}
