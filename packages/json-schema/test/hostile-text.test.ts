import type { JsonObject } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import {
  expectBrief,
  exportedParsers,
  HOSTILE_LENGTH,
  hostileTexts,
  type Parser,
  repeat,
} from '../../core/test/hostile-text.ts';
import { runWithBudget } from '../src/budget.ts';
import { describeError } from '../src/describe-error.ts';
import { canHaveSchema, openSchemaSet } from '../src/index.ts';
import { createPayloadShape } from '../src/infer/shape.ts';
import { hasFormat, STRING_FORMATS } from '../src/infer/string-format.ts';
import { readSchema } from '../src/read-schema.ts';
import { createRuntime } from '../src/runtime.ts';
import { estimateSize, translatePattern } from '../src/translate-pattern.ts';

/** A longer pattern is refused before it is read. */
const MAX_PATTERN_LENGTH = 1_000;

/** Every function that reads a schema, or a part of one. */
const PARSERS: Readonly<Record<string, Parser>> = {
  readSchema,
  'readSchema of a name': (text) => readSchema(JSON.stringify({ properties: { [text]: { [text]: 1 } } })),
  'readSchema of a reference': (text) => readSchema(JSON.stringify({ $ref: `#${text}` })),
  'readSchema of a reference to a place': (text) => readSchema(JSON.stringify({ $ref: `#/allOf${text}` })),
  'readSchema of a pattern': (text) =>
    readSchema(JSON.stringify({ pattern: text, patternProperties: { [text]: true } })),
  translatePattern: (text) => translatePattern(text.slice(0, MAX_PATTERN_LENGTH)),
  estimateSize: (text) => estimateSize(text.slice(0, MAX_PATTERN_LENGTH).replaceAll(/[[\]\\(]/g, '.')), // only of a valid one
  'pattern of the runtime': (text) => createRuntime().pattern(text.slice(0, MAX_PATTERN_LENGTH)),
  describeError: (text) => {
    describeError({ keyword: 'enum', instancePath: text, schemaPath: text, params: { allowedValues: [...text] } });
    describeError({ keyword: 'pattern', instancePath: text, schemaPath: text, params: {}, message: text });
  },
  canHaveSchema,
  hasFormat: (text) => STRING_FORMATS.map((format) => hasFormat(text, format)),
  'add of a shape': (text) => createPayloadShape().add({ a: text, [text]: [...text] }),
};

/** Functions whose text is not that of a client: names of schemas, and code that was made of one. */
const OTHERS: ReadonlySet<string> = new Set(['loadValidator', 'mapSubschemas', 'threadFile']);

/** Pieces of patterns, and of JSON Pointers. */
const PIECES = [
  '(?:',
  '(?<',
  '(a+)+',
  '(a*)*',
  'a?',
  'a|',
  '^',
  'a{1000}',
  '(?:a{30}){30}',
  '\\p{L}',
  '[a-z]',
  '/0',
  '~0',
  '/~',
];

describe('64 KiB of hostile text', () => {
  test.each(Object.entries(PARSERS))('occupies %s for less than 20 ms', { timeout: 120_000 }, (_, parse) =>
    expectBrief(parse, hostileTexts(PIECES)),
  );

  test('occupies readSchema for less than 20 ms as a schema of many schemas', () =>
    expectBrief(readSchema, hostileSchemas()));

  test.each(
    Object.entries({
      pattern: { pattern: '^(a+)+$' },
      maxLength: { maxLength: 10 },
      enum: { enum: Array.from({ length: 500 }, (_, n) => `a${n}`) },
      uniqueItems: { uniqueItems: true },
      'items that fail': { items: { anyOf: [{ type: 'null' }, { type: 'boolean' }] } },
      'a reference to itself': { items: { $ref: '#/properties/a' }, properties: { a: { $ref: '#/properties/a' } } },
    }),
  )('occupies the check of a payload against %s for less than 20 ms', { timeout: 120_000 }, async (_, schema) => {
    const set = await openSchemaSet([{ name: 'a.json', text: JSON.stringify({ properties: { a: schema } }) }]);
    try {
      const check = (payload: JsonObject): void => void set.check('a', payload); // without the wait for a separate thread
      await expectBrief(check, hostilePayloads());
    } finally {
      set.close();
    }
  });

  test('exhausts the budget of a check whose pattern matches it', () => {
    const { pattern } = createRuntime();
    const matches = pattern('^(a{9}){9}$');
    expect(runWithBudget(1_000_000, () => matches.test(repeat('a')))).toBe('exhausted');
  });
});

/** Yields schemas whose costs would be the square of their size, or more, if one looked at all others. */
function* hostileSchemas(): Generator<string, void, void> {
  const nest = (width: number, depth: number): object =>
    depth === 0 ? { minimum: 1 } : { allOf: Array(width).fill(nest(width, depth - 1)) };
  const count = 990;
  const named = (value: unknown) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, value]));
  const condition: unknown = JSON.parse('{"if":true,"then":{"minimum":1},"else":true}');
  const schemas = [
    nest(count, 1),
    nest(31, 2),
    nest(9, 3),
    nest(2, 8),
    { properties: named({ minimum: 1 }) },
    { properties: { [repeat('x').slice(30_000)]: { properties: named(true) } } },
    { allOf: [...Array(count).fill({ $ref: '#a' }), { $anchor: 'a' }] },
    { allOf: Array(count).fill({ $ref: '#/allOf/989' }) },
    { unevaluatedProperties: true, allOf: Array(count / 3).fill(condition) },
    { enum: Array.from({ length: HOSTILE_LENGTH / 8 }, (_, n) => n) },
    { dependentRequired: named(['a', 'b']) },
    { allOf: Array(20_000).fill(true) },
    { properties: repeat('x') },
  ];
  for (const schema of schemas) yield JSON.stringify(schema);
}

function* hostilePayloads(): Generator<JsonObject, void, void> {
  for (const a of [repeat('a'), `${repeat('a')}!`, repeat('\ud83d\ude00'), [...repeat('a')]]) yield { a };
  yield { a: Array.from({ length: HOSTILE_LENGTH / 4 }, (_, n) => ({ n })) };
  yield { a: Array.from({ length: 30 }).reduce<JsonObject>((inner) => ({ a: inner }), {}) };
}

test('the list contains every exported function that receives a text first', () => {
  const names = exportedParsers(['packages/json-schema/src/**/*.ts']);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !Object.hasOwn(PARSERS, name) && !OTHERS.has(name))).toEqual([]);
});
