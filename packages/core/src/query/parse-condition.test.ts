import { describe, expect, test } from 'vitest';
import { PAYLOAD_OPERATORS, parseCondition } from './parse-condition.ts';
import type { PayloadCondition } from './payload-condition.ts';

const INEXACT = expect.stringMatching(
  /^expected a number that a double holds without change .* or a string in quotes$/,
);

describe('parseCondition', () => {
  test.each<[string, string, PayloadCondition]>([
    ['payload.a', 'x', { path: ['a'], op: 'in', operands: ['x'] }],
    ['payload.a', '', { path: ['a'], op: 'in', operands: [''] }],
    ['payload.a', '42', { path: ['a'], op: 'in', operands: [42, '42'] }],
    ['payload.a', '"42"', { path: ['a'], op: 'in', operands: ['42'] }],
    ['payload.a', 'null', { path: ['a'], op: 'in', operands: [null, 'null'] }],
    ['payload.a', 'a,b', { path: ['a'], op: 'in', operands: ['a,b'] }],
    ['payload.a', '1e999', { path: ['a'], op: 'in', operands: ['1e999'] }],
    ['payload.a.b', 'x', { path: ['a', 'b'], op: 'in', operands: ['x'] }],
    ['payload."a.b".c', 'x', { path: ['a.b', 'c'], op: 'in', operands: ['x'] }],
    ['payload."a[gt]"', 'x', { path: ['a[gt]'], op: 'in', operands: ['x'] }],
    ['payload."a[gt]"[gt]', 'x', { path: ['a[gt]'], op: 'gt', operand: 'x' }],
    ['payload.payload', 'x', { path: ['payload'], op: 'in', operands: ['x'] }],
    ['payload.gt', 'x', { path: ['gt'], op: 'in', operands: ['x'] }],
    ['payload.*', 'x', { path: ['*'], op: 'in', operands: ['x'] }],
    ['payload.a[ne]', 'true', { path: ['a'], op: 'ne', operands: [true, 'true'] }],
    ['payload.a[ne]', '', { path: ['a'], op: 'ne', operands: [''] }],
    ['payload.a[gt]', '10', { path: ['a'], op: 'gt', operand: 10 }],
    ['payload.a[gt]', '"10"', { path: ['a'], op: 'gt', operand: '10' }],
    ['payload.a[gte]', '-1.5e3', { path: ['a'], op: 'gte', operand: -1500 }],
    ['payload.a[lt]', '10 ', { path: ['a'], op: 'lt', operand: '10 ' }],
    ['payload.a[lt]', 'true', { path: ['a'], op: 'lt', operand: 'true' }],
    ['payload.a[lte]', 'null', { path: ['a'], op: 'lte', operand: 'null' }],
    ['payload.a[lte]', '-0', { path: ['a'], op: 'lte', operand: 0 }],
    ['payload.a[lt]', '"1e999"', { path: ['a'], op: 'lt', operand: '1e999' }],
    ['payload.a[in]', 'a,b', { path: ['a'], op: 'in', operands: ['a', 'b'] }],
    ['payload.a[in]', '1,"2",true', { path: ['a'], op: 'in', operands: [1, '1', '2', true, 'true'] }],
    ['payload.a[in]', '"a,b",c', { path: ['a'], op: 'in', operands: ['a,b', 'c'] }],
    ['payload.a[in]', '', { path: ['a'], op: 'in', operands: [''] }],
    ['payload.a[exists]', 'true', { path: ['a'], op: 'exists', operand: true }],
    ['payload.a[exists]', 'false', { path: ['a'], op: 'exists', operand: false }],
    ['payload.a[prefix]', '42', { path: ['a'], op: 'prefix', operand: '42' }],
    ['payload.a[prefix]', '"a b"', { path: ['a'], op: 'prefix', operand: 'a b' }],
    ['payload.a[icontains]', 'Ab', { path: ['a'], op: 'icontains', operand: 'Ab' }],
    ['payload.a[icontains]', '"42"', { path: ['a'], op: 'icontains', operand: '42' }],
    ['payload.a[contains]', '', { path: ['a'], op: 'contains', operand: '' }],
    ['payload.a[contains]', '\\"', { path: ['a'], op: 'contains', operand: '\\"' }],
    [
      'payload.a[contains]',
      `'; drop table events; --`,
      { path: ['a'], op: 'contains', operand: `'; drop table events; --` },
    ],
  ])('parses %s=%s', (parameter, value, condition) => {
    expect(parseCondition(parameter, value)).toEqual(condition);
  });

  test.each<[string, string, string]>([
    ['payload.', '1', 'expected a name at character 8'],
    ['payload..a', '1', 'expected a name at character 8'],
    ['payload.a.', '1', 'expected a name at character 10'],
    ['payload.[gt]', '1', 'expected a name at character 8'],
    ['payload."a', '1', 'expected a name at character 8'],
    ['payload.a"b"', '1', 'expected a dot, a bracket or the end at character 9'],
    ['payload.a]', '1', 'expected a dot, a bracket or the end at character 9'],
    ['payload.a[exists]', 'maybe', 'expected true or false'],
    ['payload.a[exists]', 'TRUE', 'expected true or false'],
    ['payload.a[exists]', '"true"', 'expected true or false'],
    ['payload.a[exists]', '1', 'expected true or false'],
    ['payload.a[exists]', '', 'expected true or false'],
    ['payload.a', '"b', 'expected a JSON string at character 0 of the value'],
    ['payload.a[ne]', '"b', 'expected a JSON string at character 0 of the value'],
    ['payload.a[gt]', '"b" ', 'expected a JSON string at character 0 of the value'],
    ['payload.a[prefix]', '"b', 'expected a JSON string at character 0 of the value'],
    ['payload.a[contains]', '"b', 'expected a JSON string at character 0 of the value'],
    ['payload.a[in]', 'b,"c', 'expected a JSON string at character 2 of the value'],
    ['payload.a[in]', '"b"c', 'expected a comma at character 3 of the value'],
    ['payload.a', '\0', 'expected text without U+0000 and lone surrogates at character 0 of the value'],
    ['payload.\0', '1', 'expected text without U+0000 and lone surrogates at character 8'],
    ['payload.a[gt]', '1e999', INEXACT],
    ['payload.a[lte]', '-1e999', INEXACT],
    ['payload.a[gte]', '9007199254740993', INEXACT],
    ['payload.a[lt]', '1e-400', INEXACT],
  ])('rejects %s=%s with the reason', (parameter, value, problem) => {
    expect(parseCondition(parameter, value)).toEqual({ problem });
  });

  test.each([
    '[like]',
    '[]',
    '[GT]',
    '[gt',
    '[gt]x',
    '[gt][lt]',
    '[ gt]',
    '[eq]',
    '[constructor]',
    '[0]',
    '[gt]]',
    '[n',
  ])('rejects the operator %s and lists the known ones', (operator) => {
    const operators = '[ne], [gt], [gte], [lt], [lte], [in], [exists], [prefix], [contains], [icontains]';
    const problem = `expected one of the operators ${operators} at character 11`;
    expect(parseCondition(`payload.a.b${operator}`, '1')).toEqual({ problem });
  });

  test.each(['', ...PAYLOAD_OPERATORS.map((operator) => `[${operator}]`)])(
    'rejects a value of over 1,000 characters for %o',
    (operator) => {
      const problem = 'expected a value of at most 1000 characters';
      for (const value of ['x'.repeat(1_001), '😀'.repeat(1_001), `"${'x'.repeat(1_000)}"`, 'x'.repeat(5e6)]) {
        expect(parseCondition(`payload.a${operator}`, value)).toEqual({ problem });
      }
      if (operator === '[exists]') return;
      for (const value of ['x'.repeat(1_000), '😀'.repeat(1_000)]) {
        expect(parseCondition(`payload.a${operator}`, value)).not.toHaveProperty('problem');
      }
    },
  );

  test('rejects a path of over 500 characters before it parses the value', () => {
    const problem = 'expected a path of at most 500 characters';
    expect(parseCondition(`payload.${'x'.repeat(10_000)}[like]`, 'x'.repeat(10_000))).toEqual({ problem });
  });
});
