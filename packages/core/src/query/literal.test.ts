import { describe, expect, test } from 'vitest';
import { type Literal, parseLiteral, parseLiterals, scalarsOf } from './literal.ts';
import type { JsonScalar } from './payload-condition.ts';

describe('parseLiteral', () => {
  test.each<[string, JsonScalar]>([
    ['true', true],
    ['false', false],
    ['null', null],
    ['0', 0],
    ['-0', 0],
    ['42', 42],
    ['-42', -42],
    ['42.0', 42],
    ['4.2e1', 42],
    ['420E-1', 42],
    ['4.2e+1', 42],
    ['0.1', 0.1],
    ['1e21', 1e21],
    ['0.10000000000000001', 0.1],
    ['9007199254740991', 9007199254740991],
  ])('parses a bare %s as the JSON value and as text', (source, scalar) => {
    expect(parseLiteral(source)).toEqual({ text: source, scalar });
  });

  test.each([
    '',
    ' ',
    'pro',
    'True',
    'TRUE',
    'nil',
    'undefined',
    'NaN',
    'Infinity',
    '+1',
    '01',
    '.5',
    '1.',
    '1e',
    '0x10',
    '1_000',
    '1,000',
    ' 42',
    '42 ',
    '４２',
    '{"a":1}',
    '[1]',
    'a"b"',
    "'a'",
    '\\n',
    '%41',
    '2025-01-01T12:00:00Z',
  ])('parses a bare %o only as text', (source) => {
    expect(parseLiteral(source)).toEqual({ text: source });
  });

  test.each<[string, string]>([
    ['""', ''],
    ['"42"', '42'],
    ['"true"', 'true'],
    ['"null"', 'null'],
    ['"a,b"', 'a,b'],
    ['"\\""', '"'],
    ['"\\\\"', '\\'],
    ['"\\u00e9\\n"', 'é\n'],
    ['"\\ud83d\\ude00"', '😀'],
  ])('parses %s in quotes only as a string', (source, text) => {
    expect(parseLiteral(source)).toEqual({ text });
  });

  test.each(['"', '"a', '"a"b', '"a" ', '"a""b"', '"\\"', '"\\x"', '"\n"', '"a",', '"a","b"'])(
    'rejects %o, which begins like a JSON string but is not one',
    (source) => {
      expect(parseLiteral(source)).toEqual({ problem: 'expected a JSON string at character 0 of the value' });
    },
  );

  test.each(['\0', 'a\0', '\ud800', '"\\u0000"', '"\\ud800"', '"\\ude00\\ud83d"'])(
    'rejects %o, which no payload can contain',
    (source) => {
      const problem = 'expected text without U+0000 and lone surrogates at character 0 of the value';
      expect(parseLiteral(source)).toEqual({ problem });
    },
  );
});

describe('scalarsOf', () => {
  test.each<[string, JsonScalar[]]>([
    ['42', [42, '42']],
    ['42.0', [42, '42.0']],
    ['-0', [0, '-0']],
    ['true', [true, 'true']],
    ['null', [null, 'null']],
    ['pro', ['pro']],
    ['', ['']],
    ['"42"', ['42']],
    // No payload can contain these numbers.
    ['9007199254740993', ['9007199254740993']],
    ['0.1234567890123456789', ['0.1234567890123456789']],
    ['1e-400', ['1e-400']],
    ['1e999', ['1e999']],
    ['-1e999', ['-1e999']],
    ['12e4567', ['12e4567']],
  ])('returns all scalars that %s equals', (source, scalars) => {
    expect(scalarsOf(literalOf(source))).toEqual(scalars);
  });
});

describe('parseLiterals', () => {
  test.each<[string, Literal[]]>([
    ['', [{ text: '' }]],
    ['a', [{ text: 'a' }]],
    ['a,b', [{ text: 'a' }, { text: 'b' }]],
    ['a,', [{ text: 'a' }, { text: '' }]],
    [',', [{ text: '' }, { text: '' }]],
    ['a,,b', [{ text: 'a' }, { text: '' }, { text: 'b' }]],
    ['a, b', [{ text: 'a' }, { text: ' b' }]],
    ['1,"1",true', [{ text: '1', scalar: 1 }, { text: '1' }, { text: 'true', scalar: true }]],
    ['"a,b",c', [{ text: 'a,b' }, { text: 'c' }]],
    ['c,"a,b"', [{ text: 'c' }, { text: 'a,b' }]],
    ['"\\",","\\\\"', [{ text: '",' }, { text: '\\' }]],
    ['"",""', [{ text: '' }, { text: '' }]],
    ['a"b,c"', [{ text: 'a"b' }, { text: 'c"' }]],
  ])('parses %s', (source, literals) => {
    expect(parseLiterals(source)).toEqual(literals);
  });

  test.each<[string, string]>([
    ['"a"b', 'expected a comma at character 3 of the value'],
    ['"a" ,b', 'expected a comma at character 3 of the value'],
    ['x,"a""b"', 'expected a comma at character 5 of the value'],
    ['"a', 'expected a JSON string at character 0 of the value'],
    ['x,"a', 'expected a JSON string at character 2 of the value'],
    ['x,"a,b', 'expected a JSON string at character 2 of the value'],
    ['x,y,"\\x"', 'expected a JSON string at character 4 of the value'],
    ['x,\0', 'expected text without U+0000 and lone surrogates at character 2 of the value'],
  ])('describes the problem of %o and its place', (source, problem) => {
    expect(parseLiterals(source)).toEqual({ problem });
  });
});

function literalOf(source: string): Literal {
  const literal = parseLiteral(source);
  if ('problem' in literal) throw new Error(literal.problem);
  return literal;
}
