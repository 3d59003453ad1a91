import type { JsonObject } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { openSchemaSet } from '../schema-set.ts';
import { inferSchema } from './infer-schema.ts';

describe('inferSchema', () => {
  test('proposes a schema that only warns', async () => {
    expect(await inferSchema([{ a: 1 }, { b: 'x' }])).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      'x-mode': 'warn',
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'string' } },
    });
  });

  test('leaves open what a schema has no room for', async () => {
    const all = Object.fromEntries(Array.from({ length: 190 }, (_, n) => [`member_${n}`, { x: n }]));
    const payloads: JsonObject[] = [{ rare: 1, ...all }, all];
    const schema = await inferSchema(payloads);
    const properties = Object.keys(schema.properties as JsonObject);
    expect(properties.length).toBeGreaterThan(90);
    expect(properties).not.toContain('rare');
    expect(schema.$comment).toBe(`a schema has no room for ${191 - properties.length} more members`);
    const schemas = await openSchemaSet([{ name: 'wide.json', text: JSON.stringify(schema) }]);
    for (const payload of payloads) expect(await schemas.check('wide', payload)).toBeUndefined();
    schemas.close();
  });

  test('describes payloads with names that are longer than a schema can be', async () => {
    const payload = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}`.repeat(10_000), n]));
    expect(await inferSchema([payload])).toMatchObject({
      type: 'object',
      $comment: expect.stringContaining('more members'),
    });
  });
});
