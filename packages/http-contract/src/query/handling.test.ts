import { expect, test } from 'vitest';
import { readHandling } from './handling.ts';

test.each([
  ['handling=lenient', 'lenient'],
  ['handling=strict', 'strict'],
  ['Handling="Lenient"', 'lenient'],
  ['respond-async, wait=10, handling=strict; foo=bar', 'strict'],
  ['handling=lenient, handling=strict', 'lenient'],
  [' handling = lenient ', 'lenient'],
  [undefined, undefined],
  ['', undefined],
  ['handling', undefined],
  ['handling=loose', undefined],
  ['xhandling=lenient', undefined],
])('reads %j as %j', (prefer, handling) => {
  expect(readHandling(prefer)).toBe(handling);
});
