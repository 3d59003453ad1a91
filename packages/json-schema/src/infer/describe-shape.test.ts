import type { JsonObject, JsonValue } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { type Below, withRandom } from '../../test/random.ts';
import { openSchemaSet } from '../schema-set.ts';
import { describeShape } from './describe-shape.ts';
import { createPayloadShape } from './shape.ts';

/** Describes all places of payloads, or some. */
function describePayloads(payloads: readonly JsonObject[], maxShapes = 1_000): JsonObject {
  const shape = createPayloadShape();
  for (const payload of payloads) shape.add(payload);
  return describeShape(shape.root, maxShapes);
}

/** Describes the member `a` of payloads. */
function describeMember(values: readonly JsonValue[]): JsonValue | undefined {
  const { properties } = describePayloads(values.map((a) => ({ a })));
  return (properties as JsonObject | undefined)?.a;
}

const times = (count: number, ...values: JsonValue[]): JsonValue[] =>
  values.flatMap((value) => Array(count).fill(value));

describe('describeShape', () => {
  test('describes members by name, and requires those that every payload has', () => {
    expect(
      describePayloads([
        { b: true, a: 'x' },
        { a: 'y', c: null },
      ]),
    ).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'boolean' }, c: { type: 'null' } },
      required: ['a'],
    });
    expect(describePayloads([{}, { a: 1 }])).toEqual({ type: 'object', properties: { a: { type: 'integer' } } });
    expect(describePayloads([])).toEqual({ type: 'object' });
  });

  test.each<[string, JsonValue[], JsonValue]>([
    ['integers', [1, -2, 3e20], { type: 'integer' }],
    ['numbers', [1, 1.5], { type: 'number' }],
    ['several types', [1, null, 'x', 1.5, false], { type: ['boolean', 'null', 'number', 'string'] }],
    ['empty arrays', [[], []], { type: 'array' }],
    ['arrays', [[], [1, 'x'], [null]], { type: 'array', items: { type: ['integer', 'null', 'string'] } }],
    [
      'objects in arrays',
      [[{ x: 1, y: 1 }, { x: 2 }], null],
      {
        type: ['array', 'null'],
        items: {
          type: 'object',
          properties: { x: { type: 'integer' }, y: { type: 'integer' } },
          required: ['x'],
        },
      },
    ],
    [
      'objects or texts',
      [{ x: { y: true } }, 'x'],
      {
        type: ['object', 'string'],
        properties: { x: { type: 'object', properties: { y: { type: 'boolean' } }, required: ['y'] } },
        required: ['x'],
      },
    ],
  ])('describes %s', (_, values, expected) => {
    expect(describeMember(values)).toEqual(expected);
  });

  test.each<[string, JsonValue[], JsonValue]>([
    ['at most ten strings, each ten times', times(10, ...'jihgfedcba'), { type: 'string', enum: [...'abcdefghij'] }],
    ['strings and null', [null, ...times(10, 'b', 'a')], { type: ['null', 'string'], enum: ['a', 'b', null] }],
    ['eleven strings', times(10, ...'abcdefghijk'), { type: 'string' }],
    ['one string', times(20, 'a'), { type: 'string' }],
    ['a string that is rare', ['b', ...times(20, 'a')], { type: 'string' }],
    ['a long string', times(20, 'a', 'x'.repeat(65)), { type: 'string' }],
    ['strings and numbers', [1, ...times(20, 'a', 'b')], { type: ['integer', 'string'] }],
  ])('lists values only of few strings that occur often: %s', (_, values, expected) => {
    expect(describeMember(values)).toEqual(expected);
  });

  test.each<[string, JsonValue[], string | undefined]>([
    ['date-time', ['2025-01-01T12:00:00Z', '2024-02-29t00:00:00.123456789+05:30'], 'date-time'],
    ['date', times(20, '2025-01-01'), 'date'],
    ['uuid', ['017f22e2-79b0-7cc3-98c4-dc0c0c07398f', '017F22E2-79B0-7CC3-98C4-DC0C0C07398F'], 'uuid'],
    ['a time without a zone', ['2025-01-01T12:00:00'], undefined],
    ['a day that does not exist', ['2025-02-30', '2025-02-30T12:00:00Z'], undefined],
    ['another text among dates', ['2025-01-01', 'tomorrow'], undefined],
    ['an address', ['10.0.0.1', 'a@example.com', 'https://example.com'], undefined],
  ])('names a format only if every string has it: %s', (_, values, format) => {
    expect(describeMember(values)).toEqual({ type: 'string', ...(format !== undefined && { format }) });
  });

  test('does not depend on the order of the payloads and of their members', () => {
    const payloads: JsonObject[] = [{ a: 1, b: { x: 'x', y: [] } }, { b: { y: [1.5], x: null } }, { c: 'text', a: 2 }];
    const reversed = payloads.toReversed().map((payload) => Object.fromEntries(Object.entries(payload).reverse()));
    expect(JSON.stringify(describePayloads(reversed))).toBe(JSON.stringify(describePayloads(payloads)));
  });

  test('does not list members whose names are values', () => {
    const byUser = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`user-${n}`, { visits: n }]));
    expect(describePayloads([{ byUser }])).toEqual({
      type: 'object',
      properties: { byUser: { type: 'object', $comment: 'over 200 different members: not described' } },
      required: ['byUser'],
    });
  });

  test('describes a limited number of levels', () => {
    const deep = Array.from({ length: 30 }).reduce<JsonObject>((inner) => ({ inner }), {});
    const text = JSON.stringify(describePayloads([deep]));
    expect(text.match(/"inner":/g)).toHaveLength(16);
    expect(text).toContain('too deep');
  });

  test('describes fewer levels of payloads with tens of thousands of places', () => {
    const members = (value: JsonValue) => Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`m${n}`, value]));
    const { properties } = describePayloads([members(members(1))]);
    const cut = { type: 'object', $comment: 'too deep or too large: not described' };
    expect(properties).toEqual(members(cut));
  });

  test('describes the first levels, and of the last one the most frequent members', () => {
    const payloads = [{ a: { x: 1, y: 1 }, b: 1 }, { a: { y: 1, z: [1] } }];
    expect(describePayloads(payloads, 4)).toEqual({
      type: 'object',
      properties: {
        a: {
          type: 'object',
          properties: { y: { type: 'integer' } },
          required: ['y'],
          $comment: 'a schema has no room for 2 more members',
        },
        b: { type: 'integer' },
      },
      required: ['a'],
    });
    expect(describePayloads([{ a: [1] }], 2).properties).toEqual({
      a: { type: 'array', $comment: 'a schema has no room for the items' },
    });
  });

  test('describes payloads by schemas that are accepted and that all of them match', async () => {
    await withRandom(async (below) => {
      const samples = Array.from({ length: 30 }, (_, n) => ({
        eventType: `type-${n}`,
        payloads: Array.from({ length: 1 + below(60) }, () => randomObject(below, 4)),
      }));
      const schemas = await openSchemaSet(
        samples.map(({ eventType, payloads }) => ({
          name: 'a.json',
          eventType,
          text: JSON.stringify(describePayloads(payloads, 1 + below(100))),
        })),
      );
      for (const { eventType, payloads } of samples) {
        for (const payload of payloads)
          expect(await schemas.check(eventType, payload), JSON.stringify(payload)).toBeUndefined();
      }
      schemas.close();
    });
  });
});

const NAMES = [
  'a',
  'b',
  'constructor',
  'toString',
  'length',
  '1',
  '',
  'a.b',
  'a/b~c',
  '$ref',
  'é',
  '😀',
  "'",
  '"',
  '\\',
  '\n',
];
const STRINGS = [
  '',
  'x',
  'free',
  '2025-01-01',
  '2025-01-01T12:00:00Z',
  '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  '😀',
  "'\\\n",
];
const NUMBERS = [0, -0, 1, -1.5, 1e300, 5e-324, 2 ** 53 - 1, 0.1];

function randomObject(below: Below, levels: number): JsonObject {
  const names = Array.from({ length: below(6) }, () => pick(below, NAMES));
  return Object.fromEntries(names.map((name) => [name, randomValue(below, levels - 1)]));
}

function randomValue(below: Below, levels: number): JsonValue {
  switch (below(levels > 0 ? 7 : 5)) {
    case 0:
      return null;
    case 1:
      return below(2) === 0;
    case 2:
      return pick(below, NUMBERS);
    case 5:
      return randomObject(below, levels);
    case 6:
      return Array.from({ length: below(4) }, () => randomValue(below, levels - 1));
    default:
      return pick(below, STRINGS);
  }
}

function pick<T>(below: Below, values: readonly T[]): T {
  return values[below(values.length)] as T; // below the length
}
