import { createInvalidQueryError, type EventQuery } from '@event-tracker/core';
import { type KnownParameters, type QueryParameters, readQueryString } from './query-string.ts';

/** The parameters of `GET /events`. What they mean, and which values they take, is for core to say. */
const PARAMETERS: KnownParameters = {
  event_type: 'repeatable',
  start: 'once',
  end: 'once',
  order: 'once',
  limit: 'once',
  cursor: 'once',
};

/** An offset whose + was not encoded: in a query string it means a space. */
const LOST_PLUS = /T\S* \d\d:\d\d$/i;

/**
 * Reads the query of a URL.
 *
 * @throws InvalidQueryError
 */
export function readEventQuery(url: string): EventQuery {
  const parameters = readQueryString(url, PARAMETERS);
  const once = (name: string): string | undefined => parameters.get(name)?.[0];
  const limit = once('limit');
  return {
    event_type: parameters.get('event_type'),
    start: readTime(parameters, 'start'),
    end: readTime(parameters, 'end'),
    order: once('order') as EventQuery['order'], // core refuses other words
    limit: limit === undefined ? undefined : readNumber(limit),
    cursor: once('cursor'),
  };
}

function readTime(parameters: QueryParameters, name: string): string | undefined {
  const value = parameters.get(name)?.[0];
  if (value === undefined || !LOST_PLUS.test(value)) return value;
  const detail = 'expected RFC 3339 with a zone; a + in a URL means a space, write it as %2B';
  throw createInvalidQueryError([{ parameter: name, code: `invalid_${name}`, detail }]);
}

/** Digits alone: not the hexadecimal, the exponents and the white space that Number would take. */
function readNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
