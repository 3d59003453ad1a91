import type { JsonObject } from '@event-tracker/core';
import type { SchemaViolation } from '@event-tracker/core/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSchemaSet, type SchemaSet } from './schema-set.ts';

const LOGIN = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A login',
  type: 'object',
  properties: { user_id: { type: 'integer' }, email: { type: 'string', pattern: '^[^@]+@[^@]+$' } },
  required: ['user_id'],
  additionalProperties: false,
};

/** Opens schemas by the names of their files. */
function open(schemas: Record<string, unknown>): Promise<SchemaSet> {
  return openSchemaSet(Object.entries(schemas).map(([name, schema]) => ({ name, text: JSON.stringify(schema) })));
}

function problemsOf(violation: SchemaViolation | undefined): string[] {
  return (violation?.problems ?? []).map(({ pointer, keyword, schema, detail }) =>
    [pointer, keyword, schema, detail].join(' | '),
  );
}

describe('openSchemaSet', () => {
  let set: SchemaSet;
  beforeAll(async () => {
    set = await open({
      'login.json': LOGIN,
      'alternatives.json': { properties: { n: { anyOf: [{ type: 'null' }, { type: 'number' }] } } },
      'patterns.json': {
        properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' }, c: { pattern: String.raw`^\u00e9$` } },
      },
      'format.json': { properties: { at: { format: 'date-time' } } },
      'never.json': false,
      'values.json': {
        properties: {
          plan: { enum: ['free', 'pro', null, { a: 1 }] },
          version: { const: 2 },
          id: { enum: Array.from({ length: 1_000 }, (_, n) => n) },
        },
      },
      'names.json': {
        properties: { 'a~/b': { type: 'number' } },
        patternProperties: { '^n': { additionalProperties: false } },
      },
      'enforce.json': { 'x-mode': 'enforce', required: ['a'] },
      'quarantine.json': { 'x-mode': 'quarantine', required: ['a'] },
      'warn.json': { 'x-mode': 'warn', required: ['a'] },
      'order.*.json': true,
      'o*.json': true,
      'order.paid.json': true,
      'order.paid*.json': true,
    });
  });
  afterAll(() => set.close());

  test('checks payloads, and names the pointer, the keyword and the file of a problem', async () => {
    const found = async (payload: JsonObject) => problemsOf(await set.check('login', payload));
    expect(await found({ user_id: 1, email: 'a@b' })).toEqual([]);
    expect(await found({ user_id: 'x' })).toEqual(['/payload/user_id | type | login.json | must be integer']);
    expect(await found({})).toEqual([
      "/payload/user_id | required | login.json | must have required property 'user_id'",
    ]);
    expect(await found({ user_id: 1, 'a/b': 1 })).toEqual([
      '/payload/a~1b | additionalProperties | login.json | must NOT have additional properties',
    ]);
    expect(await found({ user_id: 1, email: 'x' })).toEqual([
      '/payload/email | pattern | login.json | must match pattern "^[^@]+@[^@]+$"',
    ]);
  });

  test('names the values that are allowed, as many as fit', async () => {
    const found = async (payload: JsonObject) => problemsOf(await set.check('values', payload));
    expect(await found({ plan: 'gold' })).toEqual([
      '/payload/plan | enum | values.json | must be one of "free", "pro", null, {"a":1}',
    ]);
    expect(await found({ version: 1 })).toEqual(['/payload/version | const | values.json | must be 2']);
    expect(await found({ id: -1 })).toEqual([expect.stringMatching(/ \| must be one of 0, 1, 2, .{100,200}…$/)]);
  });

  test('points to names with a JSON Pointer, and shortens long names', async () => {
    const pointersOf = async (payload: JsonObject) =>
      (await set.check('names', payload))?.problems.map(({ pointer }) => pointer);
    expect(await pointersOf({ 'a~/b': 'x' })).toEqual(['/payload/a~0~1b']);
    expect(await pointersOf({ n: { '/~': 1 } })).toEqual(['/payload/n/~1~0']);
    expect(await pointersOf({ ['n'.repeat(101)]: { ['m'.repeat(101)]: 1 } })).toEqual([
      `/payload/${'n'.repeat(100)}…/${'m'.repeat(100)}…`,
    ]);
  });

  test('reports the outermost problem first', async () => {
    const problems = problemsOf(await set.check('alternatives', { n: 'x' }));
    expect(problems.map((problem) => problem.split(' | ')[1])).toEqual(['anyOf', 'type', 'type']);
  });

  test('distinguishes the patterns of a schema', async () => {
    expect(await set.check('patterns', { a: 'a', b: 'b', c: 'é' })).toBeUndefined();
    expect(problemsOf(await set.check('patterns', { a: 'a', b: 'a' }))).toHaveLength(1);
  });

  test('uses the schema of the type, else the one with the longest prefix', () => {
    const fileOf = (type: string) => set.find(type)?.file;
    expect(['order.paid', 'order.paid.late', 'order.sent', 'order.', 'order', 'x'].map(fileOf)).toEqual([
      'order.paid.json',
      'order.paid*.json',
      'order.*.json',
      'order.*.json',
      'o*.json',
      undefined,
    ]);
  });

  test('passes event types without a schema', async () => {
    expect(await set.check('logout', {})).toBeUndefined();
    expect(problemsOf(await set.check('never', {}))).toHaveLength(1);
  });

  test.each(['enforce', 'quarantine', 'warn'])('returns the mode of the schema: %s', async (mode) => {
    expect(await set.check(mode, {})).toMatchObject({ mode });
  });

  test('returns schemas as they were written, ordered by event type', () => {
    expect(set.find('login')?.schema).toEqual(LOGIN);
    const types = set.schemas.map(({ eventType }) => eventType);
    expect(types).toContain('order.*');
    expect(types).toEqual(types.toSorted());
  });

  test('treats formats as annotations', async () => {
    expect(await set.check('format', { at: 'x' })).toBeUndefined();
  });

  test('compiles no schemas at all', async () => {
    expect((await open({})).schemas).toEqual([]);
  });

  test.each(['login.txt', '.json', 'a*b.json', 'quarantine.a.json'])('rejects a file named %s', async (name) => {
    await expect(open({ [name]: {} })).rejects.toThrow(`${name}: expected a file named like an event type`);
  });

  test('names the first file that cannot be used', async () => {
    await expect(open({ 'a.json': {}, 'b.json': { typ: 1 }, 'c.json': [] })).rejects.toThrow(/^b\.json: \/typ: /);
  });
});

/** Returns the CPU time that this thread spends on some work, in milliseconds. */
function cpuMsOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

const many = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const nested = (depth: number, leaf: JsonObject): JsonObject =>
  many(depth, () => 0).reduce<JsonObject>((x) => ({ x }), leaf);

/** Schemas and payloads that are expensive to check, and whether the payload matches. `undefined`: too expensive. */
const HOSTILE: Record<string, [schema: object, payload: JsonObject, matches: boolean | undefined]> = {
  'alternatives that double with each level': [
    {
      $ref: '#/$defs/a',
      $defs: {
        a: {
          anyOf: many(2, (i) => ({
            properties: { x: { $ref: '#/$defs/a' } },
            anyOf: [{ maxProperties: i }, { required: ['x'] }],
            not: { required: [`y${i}`] },
          })),
        },
      },
    },
    nested(30, { y0: 1, y1: 1 }),
    undefined,
  ],
  'a schema that refers to itself': [{ $ref: '#' }, {}, undefined],
  'a pattern with nested repetitions': [
    { properties: { a: { pattern: '^(a+)+$' } } },
    { a: `${'a'.repeat(250_000)}!` },
    false,
  ],
  'a pattern with many states': [
    { properties: { a: { pattern: '^(a|b)*a(a|b){90}$' } } },
    { a: `${many(3_000, (i) => 'ab'[((i * i * 31 + i) % 7) % 2]).join('')}!` },
    false,
  ],
  'unique objects': [{ properties: { a: { uniqueItems: true } } }, { a: many(13_000, (i) => ({ i })) }, true],
  'patterns for many names': [
    { patternProperties: Object.fromEntries(many(40, (i) => [`^(a|b)*${i}$`, { type: 'number' }])) },
    Object.fromEntries(many(2_000, (i) => [`ab${i}`, 1])),
    true,
  ],
  'a list of large constants': [
    { properties: { a: { items: { enum: many(190, (i) => ({ v: i })) } } } },
    { a: many(5_000, () => ({ v: 189 })) },
    true,
  ],
  'a long list': [
    { properties: { a: { items: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } } } },
    { a: many(30_000, (n) => ({ n })) },
    true,
  ],
};

describe('an expensive check', () => {
  let set: SchemaSet;
  beforeAll(async () => {
    set = await open(Object.fromEntries(Object.entries(HOSTILE).map(([name, [schema]]) => [`${name}.json`, schema])));
  });
  afterAll(() => set.close());

  test.each(Object.entries(HOSTILE))(
    'of %s blocks its caller for at most 20 ms, and has a result',
    async (type, [, payload, matches]) => {
      const checks: ReturnType<SchemaSet['check']>[] = [];
      // Disturbances can only increase a measurement, so the least of two counts.
      const times = [1, 2].map(() => cpuMsOf(() => checks.push(set.check(type, payload))));
      const [violation, same] = await Promise.all(checks);
      expect(Math.min(...times)).toBeLessThan(20);
      expect(same).toEqual(violation);
      if (matches === true) return expect(violation).toBeUndefined();
      const [problem] = violation?.problems ?? [];
      expect(problem?.keyword === 'budget').toBe(matches === undefined);
      expect(problem?.schema).toBe(`${type}.json`);
    },
  );

  test('is rejected if too many are waiting', async () => {
    const [, payload] = HOSTILE['unique objects'] ?? [];
    const results = await Promise.allSettled(many(21, async () => set.check('unique objects', payload ?? {})));
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'overloaded', retryAfterMs: 1_000 } },
    ]);
  });
});

test('a schema has the event type that its source names, else that of its file', async () => {
  const text = JSON.stringify({ required: ['a'] });
  const set = await openSchemaSet([{ name: 'draft.json', text, eventType: 'order.*' }]);
  expect(problemsOf(await set.check('order.paid', {}))).toEqual([
    "/payload/a | required | draft.json | must have required property 'a'",
  ]);
  expect(set.find('draft')).toBeUndefined();
  set.close();
});
