import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { SCHEMAS } from '../bodies/schemas.ts';

type Json = Record<string, unknown>;

const CONFIG: ConversionConfig = {
  target: 'draft-2020-12',
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // What JSON Schema cannot say, `metadata` says beside it. Whatever else it cannot say is an error.
  ignoreActions: ['check', 'raw_transform'],
};

/** The schemas that have names, as JSON Schema (2020-12). */
export function namedSchemas(): Json {
  return toJsonSchemaDefs(SCHEMAS, CONFIG);
}

/**
 * A schema as JSON Schema, in which those that have names are referred to.
 *
 * @param typeMode what to describe of a schema that transforms; the whole of it unless told otherwise
 */
export function jsonSchemaOf(schema: v.GenericSchema, typeMode: 'ignore' | 'output' = 'ignore'): Json {
  const { $schema, $defs, ...json } = toJsonSchema(schema, { ...CONFIG, typeMode, definitions: SCHEMAS });
  return json;
}
