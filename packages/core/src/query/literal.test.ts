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
  ])('takes a bare %s for what JSON has it for, and for text', (source, scalar) => {
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
  ])('takes a bare %o for text alone', (source) => {
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
  ])('takes %s in quotes for the string alone', (source, text) => {
    expect(parseLiteral(source)).toEqual({ text });
  });

  test.each(['"', '"a', '"a"b', '"a" ', '"a""b"', '"\\"', '"\\x"', '"\n"', '"a",', '"a","b"'])(
    'refuses %o, which begins as a JSON string and is none',
    (source) => {
      expect(parseLiteral(source)).toEqual({ problem: 'expected a JSON string at character 0 of the value' });
    },
  );

  test.each(['\0', 'a\0', '\ud800', '"\\u0000"', '"\\ud800"', '"\\ude00\\ud83d"'])(
    'refuses %o, which no payload can hold',
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
    // No payload can hold these numbers.
    ['9007199254740993', ['9007199254740993']],
    ['0.1234567890123456789', ['0.1234567890123456789']],
    ['1e-400', ['1e-400']],
    ['1e999', ['1e999']],
    ['-1e999', ['-1e999']],
    ['12e4567', ['12e4567']],
  ])('of %s are all that it can equal', (source, scalars) => {
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
  ])('reads %s', (source, literals) => {
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
  ])('says of %o what is wrong, and where', (source, problem) => {
    expect(parseLiterals(source)).toEqual({ problem });
  });
});

function literalOf(source: string): Literal {
  const literal = parseLiteral(source);
  if ('problem' in literal) throw new Error(literal.problem);
  return literal;
}
