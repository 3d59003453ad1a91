import { compileFunction } from 'node:vm';
import type { JsonObject } from '@event-tracker/core';
import {
  SCHEMA_VIOLATION,
  type SchemaMode,
  type SchemaProblem,
  stepsOfPointer,
  toPointer,
} from '@event-tracker/core/schemas';
import type { ErrorObject } from 'ajv';
import { runWithBudget } from './budget.ts';
import { describeError } from './describe-error.ts';
import type { Runtime } from './runtime.ts';

/** A schema as code, which can be sent to another thread. */
export interface CompiledSchema {
  readonly mode: SchemaMode;
  /** The schema as it was written. */
  readonly schema: unknown;
  readonly code: string;
  readonly patterns: readonly string[];
}

/** Checks a payload within a budget. Returns its problems, none if it matches, or `exhausted`. */
export type Validator = (payload: JsonObject, units: number) => readonly SchemaProblem[] | 'exhausted';

/** The function that ajv makes of a schema. */
interface Validate {
  (payload: JsonObject): boolean;
  errors?: readonly ErrorObject[] | null;
}

/** Greatest number of problems of a payload. */
const MAX_PROBLEMS = 20;

/**
 * Loads the code of a schema.
 *
 * @param name of the schema, for its problems
 */
export function loadValidator(name: string, code: string, runtime: Runtime): Validator {
  const validate = loadFunction(code, runtime);
  return (payload, units) => {
    const run = runWithBudget(units, () => validate(payload));
    if (run === 'exhausted') return run;
    return run.result ? [] : toProblems(validate.errors ?? [], name);
  };
}

/** Loads code of ajv, which is a CommonJS module. */
function loadFunction(code: string, runtime: Runtime): Validate {
  const load = compileFunction(code, ['module', 'require', 'runtime']) as (
    module: { exports: unknown },
    require: (name: string) => unknown,
    runtime: Runtime,
  ) => void;
  const module = { exports: {} as unknown };
  load(module, (name) => moduleOf(name, runtime), runtime);
  return module.exports as Validate;
}

/** Returns the replacement of a module of ajv. */
function moduleOf(name: string, { lengthOf, areEqual }: Runtime): unknown {
  switch (name) {
    case 'ajv/dist/runtime/ucs2length':
      return { default: lengthOf };
    case 'ajv/dist/runtime/equal':
      return { default: areEqual };
    default:
      throw new Error(`a compiled schema requires ${name}`);
  }
}

/**
 * Returns the errors of ajv as problems. The last error is the outermost, for example that of `anyOf` behind those of its
 * schemas, and becomes the first problem. That of `if` only repeats another.
 */
function toProblems(errors: readonly ErrorObject[], schema: string): readonly SchemaProblem[] {
  return errors
    .filter(({ keyword }) => keyword !== 'if')
    .reverse()
    .slice(0, MAX_PROBLEMS)
    .map((error) => ({
      pointer: pointerOf(error),
      code: SCHEMA_VIOLATION,
      detail: describeError(error),
      keyword: error.keyword,
      schema,
    }));
}

/** Returns the place of an error in the event: a value, or a member that is missing or must not be there. */
function pointerOf({ instancePath, params }: ErrorObject): string {
  const member: unknown = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  return toPointer(['payload', ...stepsOfPointer(instancePath), ...(typeof member === 'string' ? [member] : [])]);
}
