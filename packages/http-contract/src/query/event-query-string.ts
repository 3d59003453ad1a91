import type { EventQuery, FilterQuery } from '@event-tracker/core';
import { createInvalidQueryError } from '@event-tracker/core/schemas';
import type { QueryParameters } from './query-string.ts';

/** A timestamp whose + was not encoded, and became a space. Anchored, so that matching takes linear time. */
const LOST_PLUS = /^\d{4}-\d\d-\d\dT[\d:.]* \d\d:\d\d$/i;

/**
 * Reads a query from the parameters of a URL. Core validates the values.
 *
 * @throws InvalidQueryError if a + was not encoded, or for `after`, which belongs to the order of arrival
 */
export function readEventQuery(parameters: QueryParameters): EventQuery {
  if (parameters.has('after')) {
    const detail = 'only order=arrival and text/event-stream have after';
    throw createInvalidQueryError([{ parameter: 'after', code: 'invalid_after', detail }]);
  }
  const limit = parameters.get('limit')?.[0];
  return {
    ...readFilterQuery(parameters),
    order: parameters.get('order')?.[0] as EventQuery['order'], // core refuses other words, with all other problems
    limit: limit === undefined ? undefined : readNumber(limit),
    cursor: parameters.get('cursor')?.[0],
  };
}

/** Reads the filters from the parameters of a URL. */
export function readFilterQuery(parameters: QueryParameters): FilterQuery {
  const payload = [...parameters].filter(([name]) => name.startsWith('payload.'));
  return {
    ...Object.fromEntries(payload),
    event_type: parameters.get('event_type'),
    'event_type[prefix]': parameters.get('event_type[prefix]'),
    start: readTime(parameters, 'start'),
    end: readTime(parameters, 'end'),
    q: parameters.get('q'),
  };
}

function readTime(parameters: QueryParameters, name: string): string | undefined {
  const value = parameters.get(name)?.[0];
  if (value === undefined || !LOST_PLUS.test(value)) return value;
  const detail = 'expected RFC 3339 with a zone; a + in a URL means a space, write it as %2B';
  throw createInvalidQueryError([{ parameter: name, code: `invalid_${name}`, detail }]);
}

/** Parses decimal digits; NaN for the hexadecimal, exponents and white space that Number accepts. */
export function readNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
