import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { leastCpuMs, quickCpuMs } from '../../test/cpu-time.ts';
import { type Random, roundsOf, withRandom } from '../../test/random.ts';
import type { JsonObject, JsonValue } from './event.ts';
import { parseExactJson } from './parse-json-text.ts';
import { MAX_PAYLOAD_DEPTH, type PayloadProblem, parsePayload } from './parse-payload.ts';

const MAX_BYTES = 256 * 1024;

function parsed(value: unknown, maxBytes = MAX_BYTES): JsonObject {
  const result = parsePayload(value, maxBytes);
  if (!('payload' in result)) throw new Error(`rejected: ${JSON.stringify(result)}`);
  return result.payload;
}

function problemOf(value: unknown): PayloadProblem {
  const result = parsePayload(value, MAX_BYTES);
  if (!('problem' in result)) throw new Error(`not rejected: ${Object.keys(result)}`);
  return result.problem;
}

function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** Returns objects nested in each other. */
function nested(levels: number): object {
  let value: object = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

/** Returns an object of arrays nested in each other. */
function nestedArrays(levels: number): object {
  let value: unknown[] = [];
  for (let level = 2; level < levels; level++) value = [value];
  return { a: value };
}

describe('parsePayload with valid values', () => {
  test.each([
    ['nothing', '{}'],
    [
      'every kind of value',
      '{"a":null,"b":true,"c":false,"d":1.5,"e":"text","f":[],"g":{},"h":[[1,[2]],{"i":{"j":3}}]}',
    ],
    ['an empty name', '{"":1}'],
    [
      'names of methods',
      '{"constructor":1,"toString":2,"hasOwnProperty":{"valueOf":3},"prototype":4,"then":5,"toJSON":6}',
    ],
    ['a pair of surrogates', '{"a":"😀","😀":"\\ud83d\\ude00"}'],
    ['control characters other than U+0000', '{"a":"\\u0001\\n\\r\\t\\u001f\\u007f\\u0080","\\n":1}'],
    ['text that is special in other formats', `{"a":"<!-- ' \\" \\\\ % _ ; = @ \\u2028 \\ufeff \\ufffe \\uffff"}`],
    ['large integers', '{"a":9007199254740991,"b":-9007199254740992,"c":1152921504606847000,"d":1e21,"e":-1e300}'],
    [
      'the greatest and the least numbers',
      '{"a":5e-324,"b":-5e-324,"c":2.2250738585072014e-308,"d":1.7976931348623157e308}',
    ],
    ['fractions', '{"a":0.1,"b":-1.5e-7,"c":4503599627370495.5}'],
  ])('keeps %s unchanged', (_, json) => {
    expect(JSON.stringify(parsed(JSON.parse(json)))).toBe(JSON.stringify(JSON.parse(json)));
    expect(parsed(JSON.parse(json))).toStrictEqual(JSON.parse(json));
  });

  test('keeps the order of members, integer-like names first', () => {
    const payload = parsed(JSON.parse('{"z":1,"a":{"y":1,"b":2,"2":3},"10":4,"m":5,"9":6}'));
    expect(JSON.stringify(payload)).toBe('{"9":6,"10":4,"z":1,"a":{"2":3,"y":1,"b":2},"m":5}');
  });

  test('returns -0 as 0', () => {
    const { zeros } = parsed({ zeros: [-0, JSON.parse('-0.0')] });
    for (const zero of zeros as number[]) expect(zero).toBe(0);
  });

  test('keeps names of methods as data, without changing the methods', () => {
    const payload = parsed(JSON.parse('{"constructor":{"prototype":{"polluted":1}},"hasOwnProperty":1}'));
    expect(Object.keys(payload)).toEqual(['constructor', 'hasOwnProperty']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('accepts objects without a prototype and objects of another realm', () => {
    const bare: unknown = Object.assign(Object.create(null), { a: 1 });
    expect(parsed({ bare })).toStrictEqual({ bare: { a: 1 } });
    expect(parsed(runInNewContext('({ a: [1, { b: 2 }] })'))).toStrictEqual({ a: [1, { b: 2 }] });
  });

  test(`accepts ${MAX_PAYLOAD_DEPTH} levels of nesting`, () => {
    expect(parsed(nested(32))).toStrictEqual(nested(32));
    expect(parsed(nestedArrays(32))).toStrictEqual(nestedArrays(32));
    expect(problemOf(nested(33))).toMatchObject({ code: 'nested_too_deep', pointer: '/a'.repeat(32) });
    expect(problemOf(nestedArrays(33))).toMatchObject({ code: 'nested_too_deep', pointer: `/a${'/0'.repeat(31)}` });
  });

  test('accepts 100,000 names quickly', () => {
    const json = JSON.stringify(
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`name${index}`, index])),
    );
    const input: unknown = JSON.parse(json);
    const parse = () => parsed(input, 8 * 1024 * 1024);
    expect(JSON.stringify(parse())).toBe(json);
    expect(leastCpuMs(parse)).toBeLessThan(quickCpuMs(json));
  });
});

describe('parsePayload error messages', () => {
  test.each<[string, unknown, string]>([
    ['undefined', { a: undefined }, 'found undefined: leave the member out, or send null'],
    ['a Date', { a: new Date(0) }, 'found a Date: send date.toISOString()'],
    ['a Date of another realm', { a: runInNewContext('new Date(0)') }, 'found a Date: send date.toISOString()'],
    ['a BigInt', { a: 1n }, 'found a BigInt: send a number or a string'],
    ['a Map', { a: new Map() }, 'found a Map: send Object.fromEntries(map)'],
    ['a Set', { a: new Set() }, 'found a Set: send [...set]'],
    [
      'a function',
      { a: () => 1 },
      'found none: send a string, a number, true, false, null, an array or a plain object',
    ],
  ])('name what to send in place of %s', (_, payload, what) => {
    expect(problemOf(payload)).toEqual({ pointer: '/a', code: 'not_json', detail: `expected a JSON value, ${what}` });
  });

  test('ask for the object in place of its JSON text', () => {
    expect(problemOf('{"a":1}').detail).toBe(
      'expected a JSON object, found a string: send the object, not its JSON as text',
    );
  });
});

describe('parsePayload with invalid values', () => {
  class Money {
    readonly amount = 1;
  }

  test.each<[string, unknown, string, string]>([
    ['-Infinity', { a: Number.NEGATIVE_INFINITY }, '/a', 'not_json'],
    ['NaN', { a: [1, Number.NaN] }, '/a/1', 'not_json'],
    ['9007199254740993 in JSON text', parseExactJson('{"a":{"b":9007199254740993}}'), '/a/b', 'inexact_number'],
    ['1e999 in JSON text', parseExactJson('{"\\n":[1,1e999]}'), '/\n/1', 'inexact_number'],
    ['undefined', { a: undefined }, '/a', 'not_json'],
    ['a hole in an array', { a: new Array(1) }, '/a/0', 'not_json'],
    ['a bigint', { a: 1n }, '/a', 'not_json'],
    ['a function', { a: () => 1 }, '/a', 'not_json'],
    ['a toJSON method', { a: { toJSON: () => 1 } }, '/a/toJSON', 'not_json'],
    ['a symbol', { a: Symbol('a') }, '/a', 'not_json'],
    ['a Date', { a: new Date(0) }, '/a', 'not_json'],
    ['a Date of another realm', { a: runInNewContext('new Date(0)') }, '/a', 'not_json'],
    ['a Map', { a: [new Map()] }, '/a/0', 'not_json'],
    ['an instance of a class', { a: new Money() }, '/a', 'not_json'],
    ['a typed array', { a: new Uint8Array(1) }, '/a', 'not_json'],
    ['a Number object', { a: new Number(1) }, '/a', 'not_json'],
    ['U+0000 in a value', { a: { b: ['x', 'x\0'] } }, '/a/b/1', 'nul_character'],
    ['U+0000 in a name', { a: { 'b\0': 1 } }, '/a/b\0', 'nul_character'],
    ['a lone high surrogate in a value', { a: 'x\ud83d' }, '/a', 'lone_surrogate'],
    ['a lone low surrogate in a value', { a: '\ude00x' }, '/a', 'lone_surrogate'],
    ['surrogates in the wrong order', { a: '\ude00\ud83d' }, '/a', 'lone_surrogate'],
    ['__proto__', JSON.parse('{"__proto__":{"polluted":1}}'), '/__proto__', 'forbidden_name'],
    ['__proto__ further down', JSON.parse('{"a":[{"__proto__":null}]}'), '/a/0/__proto__', 'forbidden_name'],
    ['__proto__ spelled with escapes', JSON.parse('{"\\u005f_proto__":1}'), '/__proto__', 'forbidden_name'],
    ['an array as payload', [], '', 'invalid_payload'],
    ['null as payload', null, '', 'invalid_payload'],
    ['a string as payload', 'text', '', 'invalid_payload'],
    ['a Date as payload', new Date(0), '', 'invalid_payload'],
    ['an instance of a class as payload', new Money(), '', 'invalid_payload'],
  ])('rejects %s', (_, value, pointer, code) => {
    expect(problemOf(value)).toEqual({ pointer, code, detail: expect.stringMatching(/./) });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('rejects a lone surrogate in a name, which the pointer then contains too', () => {
    expect(problemOf({ 'x\ud83d': 1 })).toMatchObject({ code: 'lone_surrogate' });
  });

  test('reports only the first problem', () => {
    expect(problemOf({ a: 1, b: { c: Number.NaN }, d: '\0' }).pointer).toBe('/b/c');
  });

  test.each([
    ['a slash and a tilde', { 'a/b~c': Number.NaN }, '/a~1b~0c'],
    ['a name that looks escaped', { '~1': Number.NaN }, '/~01'],
    ['an empty name', { '': [Number.NaN] }, '//0'],
    ['a name of 100 characters', { ['x'.repeat(100)]: Number.NaN }, `/${'x'.repeat(100)}`],
    ['a name of 101 characters', { ['x'.repeat(101)]: Number.NaN }, `/${'x'.repeat(100)}…`],
    [
      'a pair of surrogates where the name is cut',
      { [`${'x'.repeat(99)}😀`]: Number.NaN },
      `/${'x'.repeat(99)}\ufffd…`,
    ],
  ])('points to a value under %s with a JSON Pointer', (_, value, pointer) => {
    expect(problemOf(value).pointer).toBe(pointer);
  });
});

describe('parsePayload with a size limit', () => {
  test.each<[string, JsonObject]>([
    ['nothing', {}],
    ['text of one byte a character', { a: 'text' }],
    ['text of two bytes a character', { é: 'äöü\u0080\u07ff' }],
    ['text of three bytes a character', { '€': '\u0800漢字\uffff' }],
    ['text of four bytes a character', { '😀': '😀😀\u{10ffff}' }],
    ['escapes of two bytes', { '"': '\\\b\t\n\f\r"' }],
    ['escapes of six bytes', { '\u0001': '\u001f\u0002\u000b' }],
    ['what JSON.stringify does not escape', { a: '\u007f\u2028/' }],
    ['the longest numbers', { a: Array.from({ length: 50 }, () => -1.2345678901234567e-6) }],
    ['the longest exponents', { a: Array.from({ length: 50 }, () => -1.2345678901234567e-308) }],
    ...[0, true, false, null, '', [], {}].map((value): [string, JsonObject] => [
      `nothing but ${JSON.stringify(value)}`,
      { a: Array.from({ length: 50 }, () => value) },
    ]),
  ])('counts the bytes of %s exactly', (_, payload) => {
    const bytes = jsonBytes(payload);
    expect(parsePayload(payload, bytes)).toEqual({ payload });
    expect(parsePayload(payload, bytes - 1)).toEqual({ tooManyBytes: bytes });
  });

  test('counts the bytes of any payload exactly', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(3_000); i++) {
        const payload = randomObject(random, 4);
        const bytes = jsonBytes(payload);
        const json = JSON.stringify(payload);
        expect(JSON.stringify(parsed(payload, bytes))).toBe(json);
        expect(parsePayload(payload, bytes - 1), json).toEqual({ tooManyBytes: bytes });
      }
    });
  });

  test('rejects a payload one byte over 256 KiB', () => {
    const fits = { text: 'x'.repeat(MAX_BYTES - '{"text":""}'.length) };
    expect(parsed(fits)).toEqual(fits);
    expect(parsePayload({ text: `${fits.text}x` }, MAX_BYTES)).toEqual({ tooManyBytes: MAX_BYTES + 1 });
  });

  test.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['an inexact number', parseExactJson('1e-400')],
    ['undefined', undefined],
    ['U+0000', '\0'],
    ['a lone surrogate', '\ud800'],
    ['a Date', new Date(0)],
    ['too many levels', nested(40)],
    ['__proto__', JSON.parse('{"__proto__":1}')],
  ])('reports the size rather than %s', (_, wrong) => {
    const text = 'x'.repeat(MAX_BYTES);
    expect(parsePayload({ wrong, text }, MAX_BYTES)).toEqual({ tooManyBytes: expect.any(Number) });
    expect(parsePayload({ text, wrong }, MAX_BYTES)).toEqual({ tooManyBytes: expect.any(Number) });
    expect(parsePayload({ wrong }, MAX_BYTES)).toHaveProperty('problem');
  });
});

describe('parsePayload with circular and shared values', () => {
  function endsQuickly(value: unknown): ReturnType<typeof parsePayload> {
    const parse = () => parsePayload(value, 1_000);
    expect(leastCpuMs(parse)).toBeLessThan(200);
    return parse();
  }

  test('rejects an object in itself as nested too deep', () => {
    const object: Record<string, unknown> = {};
    object.self = object;
    expect(endsQuickly(object)).toMatchObject({ problem: { code: 'nested_too_deep', pointer: '/self'.repeat(32) } });
  });

  test('rejects an array in itself as nested too deep', () => {
    const array: unknown[] = [];
    array.push(array);
    expect(endsQuickly({ array })).toMatchObject({ problem: { code: 'nested_too_deep' } });
  });

  test('rejects an object that is shared twice at each level as too large', () => {
    let value: object = {};
    for (let level = 0; level < 30; level++) value = { left: value, right: value };
    expect(endsQuickly(value)).toEqual({ tooManyBytes: expect.any(Number) });
  });

  test('rejects an object that contains itself many times as too large', () => {
    const object: Record<string, unknown> = {};
    for (let index = 0; index < 1_000; index++) object[`name${index}`] = object;
    expect(endsQuickly(object)).toEqual({ tooManyBytes: expect.any(Number) });
  });

  test('rejects long arrays of one long array as too large', () => {
    let array: unknown[] = [];
    for (let level = 0; level < 10; level++) array = Array.from({ length: 10_000 }, () => array);
    expect(endsQuickly({ array })).toEqual({ tooManyBytes: expect.any(Number) });
  });

  test('rejects a long sparse array as too large', () => {
    expect(endsQuickly({ array: new Array(2 ** 32 - 1) })).toEqual({ tooManyBytes: expect.any(Number) });
  });

  test('copies an object that is shared by a few members to each of them', () => {
    const shared = { a: [1] };
    const payload = parsed({ first: shared, second: [shared, shared] });
    expect(payload).toStrictEqual({ first: { a: [1] }, second: [{ a: [1] }, { a: [1] }] });
  });
});

describe('the copy of parsePayload', () => {
  test('is deeply frozen', () => {
    const payload = parsed({ a: [1, { b: [[]] }], c: { d: {} } });
    const open = allObjectsIn(payload).filter((value) => !Object.isFrozen(value));
    expect(open).toEqual([]);
    expect(allObjectsIn(payload)).toHaveLength(7);
  });

  test('does not change the input, nor changes with it', () => {
    const input = { list: [1, { deep: 'a' }], object: { x: 1 } as Record<string, unknown> };
    const before = structuredClone(input);
    const payload = parsed(input);
    expect(allObjectsIn(input).filter((value) => Object.isFrozen(value))).toEqual([]);
    expect(input).toEqual(before);
    input.list.length = 0;
    input.object.x = 2;
    input.object.y = 3;
    expect(payload).toStrictEqual(before);
  });

  test('omits members that are symbols', () => {
    const parsed = parsePayload({ a: 1, [Symbol('s')]: () => {} }, 1_000);
    expect('payload' in parsed && Reflect.ownKeys(parsed.payload)).toEqual(['a']);
  });

  test('reads each member once, so that a getter cannot return two values', () => {
    let reads = 0;
    const payload = parsed({
      get sly() {
        return reads++ === 0 ? 'fine' : Number.NaN;
      },
    });
    expect(JSON.stringify(payload)).toBe('{"sly":"fine"}');
  });
});

function allObjectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(allObjectsIn)];
}

const TEXTS = [
  '',
  'a',
  'é',
  '€',
  '😀',
  '"',
  '\\',
  '\n',
  '\u0001',
  '\u007f',
  '\u2028',
  'constructor',
  '7',
  'long '.repeat(20),
];
const NUMBERS = [0, 1, -1, 0.1, -1.2345678901234567e-6, -1.2345678901234567e-308, 2 ** 53 - 1, 1 - 2 ** 53, 5e-324];

function randomValue(random: Random, depth: number): JsonValue {
  switch (random.below(depth > 0 ? 7 : 5)) {
    case 0:
      return randomText(random);
    case 1:
      return random.pick(NUMBERS);
    case 2:
      return random.below(2 ** 32) / 2 ** random.below(64);
    case 3:
      return random.pick([true, false, null]);
    case 4:
      return random.below(1_000_000);
    case 5:
      return Array.from({ length: random.below(5) }, () => randomValue(random, depth - 1));
    default:
      return randomObject(random, depth - 1);
  }
}

function randomObject(random: Random, depth: number): JsonObject {
  const members = Array.from(
    { length: random.below(6) },
    () => [randomText(random), randomValue(random, depth)] as const,
  );
  return Object.fromEntries(members);
}

function randomText(random: Random): string {
  return Array.from({ length: random.below(4) }, () => random.pick(TEXTS)).join('');
}
