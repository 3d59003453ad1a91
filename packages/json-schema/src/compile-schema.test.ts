import { describe, expect, test } from 'vitest';
import { createSchemaCompiler } from './compile-schema.ts';

const compile = createSchemaCompiler();

describe('createSchemaCompiler', () => {
  test('compiles a schema into code that a thread can be sent', () => {
    const schema = { title: 'A login', 'x-mode': 'warn', properties: { name: { pattern: '^a+$' } } };
    const compiled = compile(JSON.stringify(schema));
    expect(compiled).toEqual({ mode: 'warn', schema, code: expect.any(String), patterns: ['^a+$'] });
    expect(structuredClone(compiled)).toEqual(compiled);
  });

  test('compiles schemas with the same $id', () => {
    for (const type of ['object', 'array'])
      expect(compile(JSON.stringify({ $id: 'https://example.com/a', type })).mode).toBe('enforce');
  });

  test.each<[unknown, string]>([
    ['{', 'not JSON: '],
    [[], 'expected a JSON object, the schema'],
    [{ typ: 'object' }, '/typ: unknown keyword, did you mean type?'],
    [{ properties: { a: { requird: [] } } }, '/properties/a/requird: unknown keyword, did you mean required?'],
    [{ type: 'text' }, '/type: must be one of "array", "boolean", "integer", "null", "number", "object", "string"'],
    [{ $defs: { a: { type: 'text' } } }, '/$defs/a/type: must be one of "array", '],
    [{ 'x-mode': 'strict' }, '/x-mode: expected one of enforce, quarantine, warn'],
    [{ $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema: expected https://json-schema.org/'],
    [{ $ref: 'other.json' }, '/$ref: expected a reference within the file'],
    [{ $ref: 'https://example.com/a' }, '/$ref: expected a reference within the file'],
    [{ $ref: '#/$defs/none' }, '/$ref: there is no schema at #/$defs/none'],
    [{ $ref: '#/$defs/%' }, '/$ref: there is no schema at #/$defs/%'],
    [{ default: {}, $ref: '#/default' }, '/$ref: there is no schema at #/default'],
    [{ $dynamicRef: '#a' }, '/$dynamicRef: not supported; use $ref'],
    [{ unevaluatedItems: false }, '/unevaluatedItems: not supported; use items'],
    [{ if: {} }, '/if: expected then, else, or both'],
    [{ pattern: '(?=a)' }, 'the pattern "(?=a)": lookahead'],
    [{ pattern: '(' }, 'the pattern "(": not a regular expression'],
    [{ pattern: '(a{1,50}){1,50}' }, 'the pattern "(a{1,50}){1,50}": '],
    [{ pattern: 'a'.repeat(1_001) }, 'the pattern "aaa'],
    [{ title: 'x'.repeat(262_145) }, 'expected at most 262144 characters'],
    [{ allOf: Array.from({ length: 1_000 }, () => true) }, 'expected at most 1000 schemas'],
    [{ allOf: Array.from({ length: 300 }, () => ({ minLength: 1 })) }, 'too large'],
    [{ dependentRequired: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [i, ['a']])) }, 'too large'],
    [Array.from({ length: 32 }).reduce<object>((not) => ({ not }), {}), '/not/not/'],
  ])('rejects a schema, stating the place and the reason (%#)', (schema, message) => {
    const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
    expect(() => compile(text)).toThrow(message);
  });
});
