import { expect, test } from 'vitest';
import { readSchema } from './read-schema.ts';

test('keeps escaped names, which JSON.parse of some engines confuses with names of objects parsed before', () => {
  const remembered: unknown = JSON.parse('{"first":0,"\\\\":0}');
  const { written } = readSchema('{"properties":{"first":true,"\\n":true}}');
  expect(Object.keys((written as { readonly properties: object }).properties)).toEqual(['first', '\n']);
  expect(remembered).toBeDefined();
});
