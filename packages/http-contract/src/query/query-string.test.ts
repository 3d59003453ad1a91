import { isInvalidQueryError } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { type KnownParameters, readQueryString } from './query-string.ts';

const KNOWN: KnownParameters = { limit: 'once', event_type: 'repeatable' };

function read(query: string, known: KnownParameters = KNOWN): Record<string, readonly string[]> {
  return Object.fromEntries(readQueryString(`http://host/events${query}`, known));
}

/** Returns the parameter and code of each problem. */
function problemsOf(query: string, known?: KnownParameters): (readonly [string, string])[] {
  try {
    read(query, known);
  } catch (error) {
    if (isInvalidQueryError(error)) return error.problems.map(({ parameter, code }) => [parameter, code]);
    throw error;
  }
  throw new Error('expected the query to be rejected');
}

describe('a query string', () => {
  test.each<[string, Record<string, string[]>]>([
    ['', {}],
    ['?', {}],
    ['?&&', {}],
    ['?limit=5', { limit: ['5'] }],
    ['?limit', { limit: [''] }],
    ['?limit=', { limit: [''] }],
    ['?limit=a=b', { limit: ['a=b'] }],
    ['?event_type=b&event_type=a&event_type=b', { event_type: ['b', 'a', 'b'] }],
    ['?event_type=a+b%2Bc%20%26%3D%C3%A9', { event_type: ['a b+c &=é'] }],
    ['?%6Cimit=5', { limit: ['5'] }],
    ['?limit=5?limit=6', { limit: ['5?limit=6'] }],
    ['?limit=5#limit=6', { limit: ['5'] }],
    ['#?limit=5', {}],
  ])('reads %j', (query, parameters) => {
    expect(read(query)).toEqual(parameters);
  });

  test.each([
    ['?limits=1', [['limits', 'unknown_parameter']]],
    ['?Limit=1', [['Limit', 'unknown_parameter']]],
    ['?limit[]=1', [['limit[]', 'unknown_parameter']]],
    ['?=1', [['', 'unknown_parameter']]],
    [
      '?__proto__=1&constructor=2',
      [
        ['__proto__', 'unknown_parameter'],
        ['constructor', 'unknown_parameter'],
      ],
    ],
    ['?limit=1&limit=1', [['limit', 'repeated_parameter']]],
    ['?limit=1&limit=2&limit=3', [['limit', 'repeated_parameter']]],
    ['?limit=%', [['limit', 'invalid_encoding']]],
    ['?limit=%ff', [['limit', 'invalid_encoding']]],
    ['?event_type=%ed%a0%80', [['event_type', 'invalid_encoding']]],
    ['?%zz=1', [['%zz', 'invalid_encoding']]],
    [
      '?a=1&limit=%&b=2',
      [
        ['a', 'unknown_parameter'],
        ['b', 'unknown_parameter'],
        ['limit', 'invalid_encoding'],
      ],
    ],
  ])('rejects %j, naming each problem', (query, problems) => {
    expect(problemsOf(query)).toEqual(problems);
  });

  test('lists the known parameters, and suggests the most similar', () => {
    expect(() => read('?eventType=x')).toThrow(
      'eventType: unknown parameter, did you mean event_type?; expected limit',
    );
    expect(() => read('?x=1')).toThrow('x: unknown parameter; expected limit, event_type');
    expect(() => read('?x=1', {})).toThrow('x: unknown parameter; expected no parameters');
  });

  test('shortens the names that it reports', () => {
    const [[unknown = ''] = [], [undecodable = ''] = []] = problemsOf(`?${'n'.repeat(5_000)}=1&${'%'.repeat(5_000)}`);
    expect(unknown).toBe(`${'n'.repeat(100)}…`);
    expect(undecodable).toBe(`${'%'.repeat(100)}…`);
    expect(problemsOf(`?${'%F0%9F%98%80'.repeat(60)}x=1`)[0]?.[0].isWellFormed()).toBe(true);
  });
});
