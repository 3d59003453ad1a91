import type { FilterQuery } from '@event-tracker/core';
import { type ArrivalQuery, createInvalidQueryError, type QueryProblem } from '@event-tracker/core/schemas';
import { createColumnsWithoutCsvError } from './columns.ts';
import { readFilterQuery, readNumber } from './event-query-string.ts';
import { isOrderedByArrival } from './order.ts';
import type { QueryParameters } from './query-string.ts';

/** What a stream of events follows. */
export interface FollowQuery {
  readonly filters: FilterQuery;
  /** `start`, `now` or a position. */
  readonly after: string;
}

/**
 * Reads a query in the order of arrival from the parameters of a URL.
 *
 * @throws InvalidQueryError for `cursor`, which belongs to the order by timestamp
 */
export function readArrivalQuery(parameters: QueryParameters): ArrivalQuery {
  refuse(parameters, { cursor: 'order=arrival has no cursor; use after' });
  const limit = parameters.get('limit')?.[0];
  return {
    ...readFilterQuery(parameters),
    order: 'arrival',
    after: parameters.get('after')?.[0],
    limit: limit === undefined ? undefined : readNumber(limit),
  };
}

/**
 * Reads what to follow from the parameters of a URL and the field `Last-Event-ID`, which takes precedence over `after`.
 *
 * @throws InvalidQueryError for parameters of pages
 */
export function readFollowQuery(parameters: QueryParameters, lastEventId: string | undefined): FollowQuery {
  if (parameters.has('columns')) throw createColumnsWithoutCsvError();
  refuse(parameters, {
    ...(!isOrderedByArrival(parameters) && { order: 'text/event-stream has only order=arrival' }),
    limit: 'text/event-stream has no limit: it does not end',
    cursor: 'text/event-stream has no cursor; use after',
  });
  return { filters: readFilterQuery(parameters), after: lastEventId || (parameters.get('after')?.[0] ?? 'now') };
}

function refuse(parameters: QueryParameters, details: Readonly<Record<string, string>>): void {
  const problems: readonly QueryProblem[] = Object.entries(details)
    .filter(([parameter]) => parameters.has(parameter))
    .map(([parameter, detail]) => ({ parameter, code: `invalid_${parameter}`, detail }));
  if (problems.length > 0) throw createInvalidQueryError(problems);
}
