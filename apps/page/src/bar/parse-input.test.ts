import { expect, test } from 'vitest';
import { parseInput } from './parse-input.ts';

test.each([
  ['', []],
  ['event_type=login', [['event_type', 'login']]],
  [
    'payload.a=x&payload."b.c"[gte]=2',
    [
      ['payload.a', 'x'],
      ['payload."b.c"[gte]', '2'],
    ],
  ],
  ['payload.url=https%3A%2F%2Fa%2F%3Fb%3Dc', [['payload.url', 'https://a/?b=c']]],
  ['http://127.0.0.1:8080/events?event_type=a&limit=5', [['event_type', 'a']]],
  ['disk full', [['q', 'disk full']]],
  ['a=b', [['q', 'a=b']]],
])('%j means %j', (text, parameters) => {
  expect(parseInput(text)).toEqual(parameters);
});
