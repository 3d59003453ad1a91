import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { SCHEMAS } from '../bodies/schemas.ts';

type Json = Record<string, unknown>;

const CONFIG: ConversionConfig = {
  target: 'draft-2020-12',
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // JSON Schema cannot express these actions; `metadata` describes them. Any other action that it cannot express is an error.
  ignoreActions: ['check', 'raw_transform'],
};

/** Returns the named schemas as JSON Schema (2020-12). */
export function namedSchemas(): Json {
  return toJsonSchemaDefs(SCHEMAS, CONFIG);
}

/**
 * Returns a schema as JSON Schema, with references to the named schemas.
 *
 * @param typeMode which side of a transforming schema to describe. Default: both
 */
export function jsonSchemaOf(schema: v.GenericSchema, typeMode: 'ignore' | 'output' = 'ignore'): Json {
  const { $schema, $defs, ...json } = toJsonSchema(schema, { ...CONFIG, typeMode, definitions: SCHEMAS });
  return json;
}
