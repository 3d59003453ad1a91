export type { SchemaSource } from './compile-schemas.ts';
export { openSchemaSet, type SchemaSet, type TypeSchema } from './schema-set.ts';
