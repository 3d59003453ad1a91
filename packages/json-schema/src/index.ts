export { inferSchema } from './infer/infer-schema.ts';
export { canHaveSchema, openSchemaSet, type SchemaSet, type SchemaSource, type TypeSchema } from './schema-set.ts';
