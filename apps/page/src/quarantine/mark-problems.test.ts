import { expect, test } from 'vitest';
import { markProblems } from './mark-problems.ts';

const problem = (pointer: string, detail: string) => ({ pointer, detail, code: 'schema_violation' });

test('marks the place of each problem, or that of what would contain it', () => {
  const event = { 'a/b': { c: [{ d: 1 }] }, timestamp: 'x' };
  const marks = markProblems(event, [
    problem('/a~1b/c/0/d', 'must be string'),
    problem('/a~1b/c/0/e', 'must have it'),
    problem('/a~1b/c/0/d', 'must be short'),
    problem('/id', 'must be a UUID'),
    problem('', 'must be smaller'),
  ]);
  expect(Object.fromEntries(marks)).toEqual({
    '/a~1b/c/0/d': ['must be string', 'must be short'],
    '/a~1b/c/0': ['e: must have it'],
    '': ['id: must be a UUID', 'must be smaller'],
  });
});

test('does not look for members that every object has', () => {
  expect([...markProblems({ payload: {} }, [problem('/payload/constructor', 'missing')]).keys()]).toEqual(['/payload']);
});

test('marks a value that is no object as a whole', () => {
  expect(Object.fromEntries(markProblems('text', [problem('/timestamp', 'missing')]))).toEqual({
    '': ['timestamp: missing'],
  });
});
