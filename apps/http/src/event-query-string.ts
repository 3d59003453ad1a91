import { createInvalidQueryError, type EventQuery, type FilterQuery } from '@event-tracker/core';
import { type KnownParameters, type QueryParameters, readQueryString } from './query-string.ts';

/** The filters of every route that reads. What they mean, and which values they take, is for core to say. */
export const FILTER_PARAMETERS: KnownParameters = {
  event_type: 'repeatable',
  'event_type[prefix]': 'repeatable',
  start: 'once',
  end: 'once',
  'payload.*': 'repeatable',
};

const PARAMETERS: KnownParameters = { ...FILTER_PARAMETERS, order: 'once', limit: 'once', cursor: 'once' };

/** An offset whose + was not encoded: in a query string it means a space. */
const LOST_PLUS = /T\S* \d\d:\d\d$/i;

/**
 * Reads the query of a URL.
 *
 * @throws InvalidQueryError
 */
export function readEventQuery(url: string): EventQuery {
  const parameters = readQueryString(url, PARAMETERS);
  const limit = parameters.get('limit')?.[0];
  return {
    ...readFilterQuery(parameters),
    order: parameters.get('order')?.[0] as EventQuery['order'], // core refuses other words
    limit: limit === undefined ? undefined : readNumber(limit),
    cursor: parameters.get('cursor')?.[0],
  };
}

/** The filters among the parameters. */
export function readFilterQuery(parameters: QueryParameters): FilterQuery {
  const payload = [...parameters].filter(([name]) => name.startsWith('payload.'));
  return {
    ...Object.fromEntries(payload),
    event_type: parameters.get('event_type'),
    'event_type[prefix]': parameters.get('event_type[prefix]'),
    start: readTime(parameters, 'start'),
    end: readTime(parameters, 'end'),
  };
}

function readTime(parameters: QueryParameters, name: string): string | undefined {
  const value = parameters.get(name)?.[0];
  if (value === undefined || !LOST_PLUS.test(value)) return value;
  const detail = 'expected RFC 3339 with a zone; a + in a URL means a space, write it as %2B';
  throw createInvalidQueryError([{ parameter: name, code: `invalid_${name}`, detail }]);
}

/** Digits alone: not the hexadecimal, the exponents and the white space that Number would take. */
export function readNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
