import { describe, expect, test } from 'vitest';
import { readNextLink } from './next-link.ts';

describe('readNextLink', () => {
  test.each([
    ['</events?limit=2&cursor=1-ab>; rel="next"', 'cursor', '1-ab'],
    ['</tracker/events?after=a%2Bb&order=arrival>; rel="next"', 'after', 'a+b'],
    ['</events?not_cursor=1&cursor=2>; rel=next', 'cursor', '2'],
    ['</events?cursor=1>; rel="prev", </events?cursor=2>; rel="next"', 'cursor', '2'],
    ['</events?cursor=1>; rel="prev"', 'cursor', undefined],
    ['</events?limit=2>; rel="next"', 'cursor', undefined],
    [null, 'cursor', undefined],
  ] as const)('reads %j', (link, parameter, value) => {
    expect(readNextLink(link, parameter)).toBe(value);
  });
});
