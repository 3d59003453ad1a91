import { describe, expect, test } from 'vitest';
import { findPlaces, findSyntaxProblem } from './json-places.ts';

describe('findSyntaxProblem', () => {
  test.each([
    ['{"a": 1,}', 1, 9, 'expected a name in double quotes'],
    ['{\n  "a" 1\n}', 2, 7, 'expected a colon'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected a comma'],
    ['{"a": [1, 2', 1, 12, 'expected ]'],
    ['{"a": "x\n"}', 1, 7, 'expected the end of a string: a double quote'],
    ['{"a": /* no */ 1}', 1, 7, 'JSON has no comments'],
    ['{}\n{}', 2, 1, 'expected nothing after the event'],
    ['', 1, 1, 'expected a value'],
    ["{'a': 1}", 1, 2, 'expected a value, a name in double quotes, or punctuation'],
  ])('finds in %j line %d, column %d: %s', (text, line, column, detail) => {
    expect(findSyntaxProblem(text)).toMatchObject({ line, column, detail });
  });

  test.each([
    ...['{"a": 01}', '{"a": 1.}', '{"a": -}', '{"a": .5}', '{"a": 1e}', '{"a": tru}', '{"a": NaN}', '{"a": undefined}'],
    ...[
      '{"a": "\\x"}',
      '{"a": "\\u12"}',
      '{"a": "\t"}',
      '{"a":\u00a01}',
      '[1]]',
      '[,1]',
      '{,}',
      '{"a":"x',
      '\ufeff{}',
      '{a: 1}',
    ],
  ])('finds a problem wherever JSON.parse does: %j', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(findSyntaxProblem(text)).toBeDefined();
  });

  test('finds none in JSON', () => {
    const text = JSON.stringify({ a: [1e21, -0.5, true, null, '\\"\u2028', {}, []], '': {} }, undefined, 2);
    expect(findSyntaxProblem(text)).toBeUndefined();
  });
});

describe('findPlaces', () => {
  const text = '{\n  "a/b": { "c~d": [10, { "e": "x" }] },\n  "f": {}\n}';

  test.each([
    ['/a~1b/c~0d/0', '10', 2],
    ['/a~1b/c~0d/1/e', '"x"', 2],
    ['/a~1b', '"a/b"', 2],
    ['/a~1b/c~0d/5', '"c~d"', 2],
    ['/f/missing/deeper', '"f"', 3],
    ['/missing', '{', 1],
    ['', '{', 1],
  ])('finds %j, or what would contain it', (pointer, found, line) => {
    const [place] = findPlaces(text, [pointer]);
    expect(text.slice(place?.start, place?.end)).toBe(found);
    expect(place?.line).toBe(line);
  });

  test('finds the beginning of a text that is not JSON', () => {
    expect(findPlaces('', ['/a'])).toEqual([{ start: 0, end: 0, line: 1, column: 1 }]);
  });
});
