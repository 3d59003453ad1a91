import { expect, test } from 'vitest';
import { pointerStep, stepsOfPointer, toPointer } from './json-pointer.ts';

test('a JSON Pointer has the names and indexes of its path', () => {
  const path = ['a/b', 'm~n', '', '~1', 'c d', '0'];
  const pointer = path.map(pointerStep).join('');
  expect(pointer).toBe('/a~1b/m~0n//~01/c d/0');
  expect(stepsOfPointer(pointer)).toEqual(path);
  expect(stepsOfPointer('')).toEqual([]);
});

test('a JSON Pointer for a message has shortened names', () => {
  expect(toPointer(['a', 0, 'x'.repeat(101)])).toBe(`/a/0/${'x'.repeat(100)}…`);
});
