import { shorten } from '@event-tracker/core/schemas';
import { _, type AnySchema, type AnySchemaObject, type CodeKeywordDefinition, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { runWithBudget } from './budget.ts';
import { describeError } from './describe-error.ts';
import { COST_KEYWORD, type Cost, readSchema } from './read-schema.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import type { CompiledSchema } from './validator.ts';

const standaloneCode = standaloneModule.default;

/** Greatest length of the code of a schema: more would block the thread that loads it for over 20 ms. */
const MAX_CODE_LENGTH = 96 * 1024;

/**
 * Returns a function that compiles schemas into code. The code calls nothing but the functions of a `Runtime`.
 *
 * The function throws an Error that states what is wrong with a schema.
 */
export function createSchemaCompiler(): (text: string) => CompiledSchema {
  const runtime = createRuntime();
  const ajv = new Ajv2020({
    strict: false, // `readSchema` is stricter
    validateFormats: false, // a format is an annotation
    ownProperties: true, // a payload without `constructor` does not have one
    unicodeRegExp: true,
    inlineRefs: false, // code for a schema that is referred to often must not be repeated
    logger: false,
    code: {
      source: true,
      lines: true,
      // `code` is what the compiled schema calls.
      regExp: Object.assign((pattern: string) => runtime.pattern(pattern) as unknown as RegExp, {
        code: 'runtime.pattern',
      }),
    },
  });
  ajv.addKeyword(costKeyword(runtime));
  ajv.removeKeyword('uniqueItems').addKeyword(uniqueItemsKeyword(runtime));

  return (text) => {
    const { written, mode, compilable, patterns } = readSchema(text);
    // The schema of schemas also has uniqueItems, which costs units.
    const isValid = runWithBudget(Number.POSITIVE_INFINITY, () => ajv.validateSchema(written as AnySchema));
    if (isValid === 'exhausted' || isValid.result !== true) throw new Error(describe(ajv.errors ?? []));
    for (const pattern of patterns) checkPattern(pattern, runtime.pattern);
    const validate = compileWith(ajv, compilable);
    const code = standaloneCode(ajv, validate);
    ajv.removeSchema(compilable);
    if (code.length > MAX_CODE_LENGTH) throw new Error(TOO_LARGE);
    return { mode, schema: written, code, patterns };
  };
}

const TOO_LARGE = 'too large: use fewer schemas within it, fewer required names or shorter lists';

function compileWith(ajv: Ajv2020, schema: AnySchemaObject): ReturnType<Ajv2020['compile']> {
  try {
    return ajv.compile(schema);
  } catch (cause) {
    // The code of a long list is deeply nested.
    throw cause instanceof RangeError ? new Error(TOO_LARGE, { cause }) : cause;
  }
}

function checkPattern(pattern: string, compile: (source: string) => unknown): void {
  try {
    compile(pattern);
  } catch (cause) {
    throw new Error(`the pattern ${JSON.stringify(shorten(pattern))}: ${(cause as Error).message}`, { cause });
  }
}

/** Describes the first rule of JSON Schema that a schema breaks. */
function describe(errors: readonly ErrorObject[]): string {
  const [first] = errors;
  return first ? `${first.instancePath}: ${describeError(first)}` : 'not a schema';
}

function costKeyword(runtime: Runtime): CodeKeywordDefinition {
  return {
    keyword: COST_KEYWORD,
    schemaType: 'object',
    before: '$ref',
    code: ({ gen, data, schema }) => {
      const { base, each } = schema as Cost;
      const spend = gen.scopeValue('func', { ref: runtime.spend, code: _`runtime.spend` });
      gen.code(_`${spend}(${data}, ${base}, ${each})`);
    },
  };
}

/** Compares in linear time, whereas the keyword of ajv compares each item with every other. */
function uniqueItemsKeyword(runtime: Runtime): CodeKeywordDefinition {
  return {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    code: (context) => {
      if (context.schema !== true) return;
      const areUnique = context.gen.scopeValue('func', { ref: runtime.areUnique, code: _`runtime.areUnique` });
      context.fail(_`!${areUnique}(${context.data})`);
    },
  };
}
