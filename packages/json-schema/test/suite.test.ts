import { readdirSync, readFileSync } from 'node:fs';
import type { JsonObject } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { createSchemaCompiler } from '../src/compile-schema.ts';
import { createRuntime } from '../src/runtime.ts';
import { loadValidator, type Validator } from '../src/validator.ts';

/*
 * The official tests of JSON Schema 2020-12 (test/suite/README.md). A schema that is not supported must be rejected when it is
 * read; a schema that is accepted must give the right result for every test.
 */

const SUITE = new URL('suite/', import.meta.url);

interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

/** Tests whose schemas are accepted, and tests whose schemas are rejected as not supported. */
const ACCEPTED = 1_161;
const REJECTED = 224;

const compile = createSchemaCompiler();
const runtime = createRuntime();
const groups = readdirSync(SUITE)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, SUITE), 'utf8')) as Group[]).map((group) => ({ file, ...group })),
  );

/** Returns undefined for a schema that is not supported. */
function load(schema: unknown): Validator | undefined {
  try {
    return loadValidator('schema', compile(JSON.stringify(schema)).code, runtime);
  } catch (error) {
    // A reason that a person understands, and not a defect.
    expect(String(error)).toMatch(/^Error: (?:\/|the pattern|enum must)/);
    return undefined;
  }
}

describe('the official test suite', () => {
  test('has the right result for every schema that is accepted', () => {
    const wrong: string[] = [];
    let accepted = 0;
    let rejected = 0;
    for (const { file, description, schema, tests } of groups) {
      const validate = load(schema);
      if (validate) accepted += tests.length;
      else rejected += tests.length;
      if (!validate) continue;
      for (const { description: title, data, valid } of tests) {
        const problems = validate(data as JsonObject, 1_000_000);
        const isRight = problems !== 'exhausted' && (problems.length === 0) === valid;
        if (!isRight) wrong.push(`${file}: ${description}: ${title}`);
      }
    }
    expect(wrong).toEqual([]);
    expect({ accepted, rejected }).toEqual({ accepted: ACCEPTED, rejected: REJECTED });
  });
});
