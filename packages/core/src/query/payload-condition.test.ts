import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { type Random, roundsOf, withRandom } from '../../test/random.ts';
import type { JsonValue } from '../event/event.ts';
import {
  type ComparisonOperator,
  compileCondition,
  type JsonScalar,
  type PayloadCondition,
} from './payload-condition.ts';

/** Values of every JSON type, strings that look like other types, and arrays of both. */
const VALUES: Readonly<Record<string, JsonValue>> = {
  null: null,
  'the string null': 'null',
  true: true,
  false: false,
  'the string true': 'true',
  0: 0,
  1: 1,
  42: 42,
  '42.5': 42.5,
  '-1': -1,
  'the string 42': '42',
  'the string 42.0': '42.0',
  'the empty string': '',
  'a string': 'pro',
  'the string in upper case': 'PRO',
  'a longer string': 'program',
  'an object': {},
  'an object with the value in it': { pro: 'pro', 42: 42 },
  'an empty array': [],
  'an array with null': [null],
  'an array with 42': [{}, 42],
  'an array with the string 42': ['42'],
  'an array with the string': [{}, ['pro']],
  'an array in an array in an array': [[[true]]],
  'an array of objects': [{ a: 42 }],
};

const PATH = ['a'];

/** Returns the names of the values that meet a condition, and `missing` if a payload without the path meets it. */
function metBy(condition: PayloadCondition): string[] {
  const isMetBy = compileCondition(condition);
  const names = Object.keys(VALUES).filter((name) => isMetBy({ b: 'pro', a: VALUES[name] as JsonValue }));
  return isMetBy({ b: 'pro' }) ? [...names, 'missing'] : names;
}

function allBut(names: readonly string[]): string[] {
  return [...Object.keys(VALUES), 'missing'].filter((name) => !names.includes(name));
}

const equalities: readonly [operands: readonly JsonScalar[], names: readonly string[]][] = [
  [[null], ['null', 'an array with null']],
  [['null'], ['the string null']],
  [
    [null, 'null'],
    ['null', 'the string null', 'an array with null'],
  ],
  [[true], ['true', 'an array in an array in an array']],
  [[false], ['false']],
  [['true'], ['the string true']],
  [[1], ['1']],
  [[0], ['0']],
  [[-0], ['0']],
  [[42], ['42', 'an array with 42']],
  [['42'], ['the string 42', 'an array with the string 42']],
  [
    [42, '42'],
    ['42', 'the string 42', 'an array with 42', 'an array with the string 42'],
  ],
  [
    [42, '42.0'],
    ['42', 'the string 42.0', 'an array with 42'],
  ],
  [[42.5], ['42.5']],
  [[''], ['the empty string']],
  [['pro'], ['a string', 'an array with the string']],
  [['pr'], []],
  [
    ['pro', 'PRO', 'nothing'],
    ['a string', 'the string in upper case', 'an array with the string'],
  ],
  [[], []],
];

describe('in', () => {
  test.each(equalities)('with %o accepts %o', (operands, names) => {
    expect(metBy({ path: PATH, op: 'in', operands }).sort()).toEqual([...names].sort());
  });

  test('accepts one of a thousand operands', () => {
    const operands = Array.from({ length: 1_000 }, (_, index) => `x${index}`);
    const isMetBy = compileCondition({ path: PATH, op: 'in', operands });
    expect(isMetBy({ a: 'x999' })).toBe(true);
    expect(isMetBy({ a: 'x1000' })).toBe(false);
  });
});

describe('ne', () => {
  test.each(equalities)('with %o accepts all but %o, and a missing path', (operands, names) => {
    expect(metBy({ path: PATH, op: 'ne', operands }).sort()).toEqual(allBut(names).sort());
  });
});

describe('exists', () => {
  test('with true accepts every value, with false none', () => {
    expect(metBy({ path: PATH, op: 'exists', operand: true })).toEqual(Object.keys(VALUES));
    expect(metBy({ path: PATH, op: 'exists', operand: false })).toEqual(['missing']);
  });
});

describe('comparisons', () => {
  const order: Record<ComparisonOperator, (difference: number) => boolean> = {
    gt: (difference) => difference > 0,
    gte: (difference) => difference >= 0,
    lt: (difference) => difference < 0,
    lte: (difference) => difference <= 0,
  };

  test.each<[ComparisonOperator, number | string, string[]]>([
    ['gt', 0, ['1', '42', '42.5', 'an array with 42']],
    ['gte', 0, ['0', '1', '42', '42.5', 'an array with 42']],
    ['lt', 0, ['-1']],
    ['lte', 0, ['0', '-1']],
    ['gt', 42, ['42.5']],
    ['gte', 42, ['42', '42.5', 'an array with 42']],
    ['lt', 42, ['0', '1', '-1']],
    ['lte', 41.99, ['0', '1', '-1']],
    ['gt', -2, ['0', '1', '42', '42.5', '-1', 'an array with 42']],
    ['gt', 1e300, []],
    ['gt', 'pro', ['the string true', 'a longer string']],
    ['gte', 'pro', ['the string true', 'a string', 'a longer string', 'an array with the string']],
    ['lt', '5', ['the string 42', 'the string 42.0', 'the empty string', 'an array with the string 42']],
    ['lte', '42', ['the string 42', 'the empty string', 'an array with the string 42']],
    ['lt', '42', ['the empty string']],
    ['gt', 'Z', ['the string null', 'the string true', 'a string', 'a longer string', 'an array with the string']],
    ['lt', '', []],
    ['lte', '', ['the empty string']],
  ])('%s %o accepts only values of the same type', (op, operand, names) => {
    expect(metBy({ path: PATH, op, operand }).sort()).toEqual([...names].sort());
  });

  test('compare strings by code point, which is the order of their UTF-8 bytes', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(5_000); i++) {
        const [a, operand] = [randomText(random), randomText(random)];
        const difference = Buffer.compare(Buffer.from(a), Buffer.from(operand));
        for (const op of ['gt', 'gte', 'lt', 'lte'] as const) {
          const isMetBy = compileCondition({ path: PATH, op, operand });
          expect(isMetBy({ a }), JSON.stringify([a, op, operand])).toBe(order[op](difference));
        }
      }
    });
  });

  test('compare numbers by size', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(5_000); i++) {
        const [a, operand] = [random.below(5) - 2.5, random.below(5) - 2.5];
        for (const op of ['gt', 'gte', 'lt', 'lte'] as const) {
          expect(compileCondition({ path: PATH, op, operand })({ a })).toBe(order[op](a - operand));
        }
      }
    });
  });
});

describe('icontains', () => {
  test.each<[string, string[]]>([
    ['PRO', ['a string', 'the string in upper case', 'a longer string', 'an array with the string']],
    ['rOg', ['a longer string']],
    ['42', ['the string 42', 'the string 42.0', 'an array with the string 42']],
    ['NULL', ['the string null']],
    ['p.o', []],
    ['%', []],
  ])('%o accepts only strings, ignoring case', (operand, names) => {
    expect(metBy({ path: PATH, op: 'icontains', operand }).sort()).toEqual([...names].sort());
  });
});

describe('prefix and contains', () => {
  test.each<['prefix' | 'contains', string, string[]]>([
    ['prefix', 'pro', ['a string', 'a longer string', 'an array with the string']],
    ['prefix', 'PRO', ['the string in upper case']],
    ['prefix', 'program', ['a longer string']],
    ['prefix', 'programs', []],
    ['prefix', 'rog', []],
    ['prefix', '4', ['the string 42', 'the string 42.0', 'an array with the string 42']],
    ['prefix', 'tru', ['the string true']],
    ['contains', 'rog', ['a longer string']],
    ['contains', 'ro', ['a string', 'a longer string', 'an array with the string']],
    ['contains', 'RO', ['the string in upper case']],
    ['contains', '2', ['the string 42', 'the string 42.0', 'an array with the string 42']],
    ['contains', 'ul', ['the string null']],
    ['contains', 'p_o', []],
    ['contains', '%', []],
    ['contains', '.*', []],
  ])('%s %o accepts only strings, case-sensitively', (op, operand, names) => {
    expect(metBy({ path: PATH, op, operand }).sort()).toEqual([...names].sort());
  });

  test.each(['prefix', 'contains'] as const)('%s with an empty operand accepts every string', (op) => {
    const strings = Object.entries(VALUES).filter(([, value]) =>
      [value].flat(9).some((each) => typeof each === 'string'),
    );
    expect(metBy({ path: PATH, op, operand: '' })).toEqual(strings.map(([name]) => name));
  });

  test.each(['%', '_', '\\', '*', '.', '^', "'; drop", '😀', '\n'])('match %o literally', (operand) => {
    for (const op of ['prefix', 'contains'] as const) {
      const isMetBy = compileCondition({ path: PATH, op, operand });
      expect(isMetBy({ a: `${operand}x` })).toBe(true);
      expect(isMetBy({ a: 'x' })).toBe(false);
    }
    expect(compileCondition({ path: PATH, op: 'contains', operand })({ a: `x${operand}x` })).toBe(true);
    expect(compileCondition({ path: PATH, op: 'prefix', operand })({ a: `x${operand}` })).toBe(false);
  });
});

function randomText(random: Random): string {
  const codePoints = [0x61, 0x7a, 0x7f, 0x80, 0xd7ff, 0xe000, 0xffff, 0x1_0000, 0x10_ffff];
  return String.fromCodePoint(...Array.from({ length: random.below(4) }, () => random.pick(codePoints)));
}
