import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../event/event.ts';
import { compileSomeValue, existsAt, type PayloadPath, parsePayloadPath, someValueAt } from './payload-path.ts';

describe('parsePayloadPath', () => {
  test.each<[string, PayloadPath]>([
    ['a', ['a']],
    ['user.id', ['user', 'id']],
    ['a.b.c.d', ['a', 'b', 'c', 'd']],
    ['user_id', ['user_id']],
    ['user-id', ['user-id']],
    ['$.a', ['$', 'a']],
    ['a b', ['a b']],
    [' ', [' ']],
    ['0', ['0']],
    ['items.0', ['items', '0']],
    ['%', ['%']],
    ["'; drop table events", ["'; drop table events"]],
    ['a*', ['a*']],
    ['a=b', ['a=b']],
    ['日本語.😀', ['日本語', '😀']],
    ['constructor.__proto__.toString', ['constructor', '__proto__', 'toString']],
    ['"a"', ['a']],
    ['"a.b"', ['a.b']],
    ['"a.b".c', ['a.b', 'c']],
    ['a."b.c"', ['a', 'b.c']],
    ['"a"."b"', ['a', 'b']],
    ['"a[gt]"', ['a[gt]']],
    ['"[]"', ['[]']],
    ['""', ['']],
    ['"".""', ['', '']],
    ['a."".b', ['a', '', 'b']],
    ['"\\""', ['"']],
    ['"\\\\"', ['\\']],
    ['"\\\\\\""', ['\\"']],
    ['"a\\u0041\\n"', ['aA\n']],
    ['"\\ud83d\\ude00"', ['😀']],
    ['\\', ['\\']],
  ])('parses %s', (text, path) => {
    expect(parsePayloadPath(text)).toEqual({ path, end: text.length });
  });

  test.each<[string, PayloadPath, number]>([
    ['a[gt]', ['a'], 1],
    ['a.b[', ['a', 'b'], 3],
    ['"a[gt]"[gt]', ['a[gt]'], 7],
    ['a[gt].b', ['a'], 1],
  ])('parses %s up to the bracket', (text, path, end) => {
    expect(parsePayloadPath(text)).toEqual({ path, end });
  });

  test('begins at the given index', () => {
    expect(parsePayloadPath('payload.a.b', 8)).toEqual({ path: ['a', 'b'], end: 11 });
    expect(parsePayloadPath('sum:payload."x"[', 12)).toEqual({ path: ['x'], end: 15 });
    expect(parsePayloadPath('payload.a..b', 8)).toEqual({ problem: 'expected a name at character 10' });
  });

  test.each<[string, string]>([
    ['', 'expected a name at character 0'],
    ['.', 'expected a name at character 0'],
    ['.a', 'expected a name at character 0'],
    ['a.', 'expected a name at character 2'],
    ['a..b', 'expected a name at character 2'],
    ['[gt]', 'expected a name at character 0'],
    ['a.[gt]', 'expected a name at character 2'],
    [']', 'expected a name at character 0'],
    ['"', 'expected a name at character 0'],
    ['"a', 'expected a name at character 0'],
    ['a."b', 'expected a name at character 2'],
    ['"a\\"', 'expected a name at character 0'],
    ['"\\x"', 'expected a name at character 0'],
    ['"\n"', 'expected a name at character 0'],
    ['"a"b', 'expected a dot, a bracket or the end at character 3'],
    ['"a" ', 'expected a dot, a bracket or the end at character 3'],
    ['"a""b"', 'expected a dot, a bracket or the end at character 3'],
    ['a"b"', 'expected a dot, a bracket or the end at character 1'],
    ['a]', 'expected a dot, a bracket or the end at character 1'],
    ['a.b]', 'expected a dot, a bracket or the end at character 3'],
    ['a.\0', 'expected text without U+0000 and lone surrogates at character 2'],
    ['"\\u0000"', 'expected text without U+0000 and lone surrogates at character 0'],
    ['a.b.\ud800', 'expected text without U+0000 and lone surrogates at character 4'],
    ['"\\udc00"', 'expected text without U+0000 and lone surrogates at character 0'],
  ])('describes the problem of %o and its place', (text, problem) => {
    expect(parsePayloadPath(text)).toEqual({ problem });
  });

  test.each(['x'.repeat(500), '😀'.repeat(500), `"${'x'.repeat(498)}"`, `${'a.'.repeat(249)}aa`])(
    'accepts a path of 500 characters and rejects a longer one (%#)',
    (path) => {
      expect(parsePayloadPath(path)).toHaveProperty('path');
      const longer = path.replace(/[xa](?="?$)|😀$/u, '$&$&');
      const tooLong = { problem: 'expected a path of at most 500 characters' };
      expect(parsePayloadPath(longer)).toEqual(tooLong);
      expect(parsePayloadPath(`payload.${longer}[gt]`, 8)).toEqual(tooLong);
      expect(parsePayloadPath(`payload.${path}[exists]`, 8)).toHaveProperty('path');
    },
  );

  test('rejects a path of millions of characters', () => {
    for (const text of ['x'.repeat(5e6), `"${'x'.repeat(5e6)}"`, 'x.'.repeat(2e6)]) {
      expect(parsePayloadPath(text)).toEqual({ problem: 'expected a path of at most 500 characters' });
    }
    expect(parsePayloadPath(`"${'\\'.repeat(5e6)}`)).toEqual({ problem: 'expected a name at character 0' });
  });
});

/** Returns all values at a path, in the order in which they are visited. */
function valuesAt(payload: JsonObject, path: PayloadPath): JsonValue[] {
  const values: JsonValue[] = [];
  someValueAt(payload, path, (value) => {
    values.push(value);
    return false;
  });
  return values;
}

const cases: readonly [payload: string, path: string, values: readonly JsonValue[], exists: boolean][] = [
  ['{"a":1}', 'a', [1], true],
  ['{"a":1}', 'b', [], false],
  ['{}', 'a', [], false],
  ['{"a":null}', 'a', [null], true],
  ['{"a":false}', 'a', [false], true],
  ['{"a":""}', 'a', [''], true],
  ['{"a":{}}', 'a', [{}], true],
  ['{"a":{"b":1}}', 'a', [{ b: 1 }], true],
  ['{"a":{"b":1}}', 'a.b', [1], true],
  ['{"a":{"b":1}}', 'b', [], false],
  ['{"a":{"b":1}}', 'a.c', [], false],
  ['{"a":1}', 'a.b', [], false],
  ['{"a":null}', 'a.b', [], false],
  ['{"a":"text"}', 'a.length', [], false],
  ['{"a":true}', 'a.valueOf', [], false],
  // Array at the end of the path.
  ['{"a":[]}', 'a', [], true],
  ['{"a":[1,"x",null]}', 'a', [1, 'x', null], true],
  ['{"a":[[]]}', 'a', [], true],
  ['{"a":[[1,[2]],3]}', 'a', [1, 2, 3], true],
  ['{"a":[{"b":1}]}', 'a', [{ b: 1 }], true],
  // Array within the path.
  ['{"a":[{"b":1},{"b":2}]}', 'a.b', [1, 2], true],
  ['{"a":[{"b":1},{"c":2},3,null,"b"]}', 'a.b', [1], true],
  ['{"a":[{"c":1}]}', 'a.b', [], false],
  ['{"a":[]}', 'a.b', [], false],
  ['{"a":[[{"b":1}],[[{"b":2}]]]}', 'a.b', [1, 2], true],
  ['{"a":[{"b":[1,2]},{"b":[]},{"b":[[3]]}]}', 'a.b', [1, 2, 3], true],
  ['{"a":[{"b":[]}]}', 'a.b', [], true],
  ['{"a":[{"b":[{"c":1}]},{"b":{"c":2}}]}', 'a.b.c', [1, 2], true],
  // A number does not select an element, but can be the name of a member.
  ['{"a":[1,2]}', 'a.0', [], false],
  ['{"a":[1,2]}', 'a.length', [], false],
  ['{"a":{"0":1}}', 'a.0', [1], true],
  ['{"a":[{"0":1}]}', 'a.0', [1], true],
  // Inherited members.
  ['{}', 'constructor', [], false],
  ['{}', 'toString', [], false],
  ['{}', '__proto__', [], false],
  ['{}', '__proto__.constructor', [], false],
  ['{"a":{}}', 'a.hasOwnProperty', [], false],
  ['{"constructor":1,"toString":{"valueOf":2}}', 'constructor', [1], true],
  ['{"constructor":1,"toString":{"valueOf":2}}', 'toString.valueOf', [2], true],
  ['{"hasOwnProperty":1}', 'hasOwnProperty', [1], true],
  // Any name.
  ['{"":1}', '""', [1], true],
  ['{"":{"":1}}', '"".""', [1], true],
  ['{"a.b":1,"a":{"b":2}}', '"a.b"', [1], true],
  ['{"a.b":1,"a":{"b":2}}', 'a.b', [2], true],
  ['{"a[gt]":1}', '"a[gt]"', [1], true],
  ['{"\\"":1}', '"\\""', [1], true],
  ['{"A":1}', 'a', [], false],
  ['{"é":1}', 'e\u0301', [], false],
  ['{"😀":1}', '"\\ud83d\\ude00"', [1], true],
  ['{"%":1,"_":2}', '%', [1], true],
];

describe('someValueAt', () => {
  test.each(cases)('visits in %s at %s all values', (json, path, values) => {
    expect(valuesAt(JSON.parse(json), pathOf(path))).toEqual(values);
  });

  test('stops at the first value that passes the test', () => {
    const seen: JsonValue[] = [];
    const payload = { a: [1, [2, 3], { b: 4 }] };
    const found = someValueAt(payload, ['a'], (value) => {
      seen.push(value);
      return value === 2;
    });
    expect(found).toBe(true);
    expect(seen).toEqual([1, 2]);
  });

  test('follows a path of the greatest depth of a payload', () => {
    const names = Array.from({ length: 32 }, (_, depth) => `n${depth}`);
    const payload = names.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), 'deep') as JsonObject;
    expect(valuesAt(payload, names)).toEqual(['deep']);
    expect(valuesAt(payload, [...names, 'n32'])).toEqual([]);
  });
});

describe('compileSomeValue', () => {
  test.each(cases)('visits in %s at %s all values', (json, path, values) => {
    const reached: JsonValue[] = [];
    const test = compileSomeValue(pathOf(path), (value) => {
      reached.push(value);
      return false;
    });
    expect(test(JSON.parse(json))).toBe(false);
    expect(reached).toEqual(values);
  });

  test('returns whether a value passes the test', () => {
    const isTwo = (value: JsonValue): boolean => value === 2;
    expect(compileSomeValue(['a'], isTwo)({ a: [1, [2]] })).toBe(true);
    expect(compileSomeValue(['a', 'b'], isTwo)({ a: { b: 2 } })).toBe(true);
    expect(compileSomeValue(['a'], isTwo)({ a: 1 })).toBe(false);
  });
});

describe('existsAt', () => {
  test.each(cases)('returns whether %s has the path %s', (json, path, _values, exists) => {
    expect(existsAt(JSON.parse(json), pathOf(path))).toBe(exists);
  });
});

function pathOf(text: string): PayloadPath {
  const parsed = parsePayloadPath(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.path;
}
