/** Keywords whose value is a schema. */
const SCHEMA_KEYWORDS = [
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedProperties',
] as const;

/** Keywords whose value is an array of schemas. */
const SCHEMA_LIST_KEYWORDS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;

/** Keywords whose value is an object of schemas. */
const SCHEMA_MAP_KEYWORDS = ['$defs', 'dependentSchemas', 'patternProperties', 'properties'] as const;

/** Keywords that check a value without another schema. */
const ASSERTIONS = [
  'const',
  'dependentRequired',
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'maxContains',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minContains',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'required',
  'type',
  'uniqueItems',
] as const;

/** Keywords that describe a value and check nothing. JSON Schema 2020-12 counts `format` and the `content` keywords here. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$comment',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'default',
  'deprecated',
  'description',
  'examples',
  'format',
  'readOnly',
  'title',
  'writeOnly',
]);

/** All keywords that a schema can have; the root schema can also have `$schema`, `$id` and `x-mode`. */
export const KEYWORDS: readonly string[] = [
  ...new Set([
    '$anchor',
    '$ref',
    ...SCHEMA_KEYWORDS,
    ...SCHEMA_LIST_KEYWORDS,
    ...SCHEMA_MAP_KEYWORDS,
    ...ASSERTIONS,
    ...ANNOTATIONS,
  ]),
].sort();

type Json = Readonly<Record<string, unknown>>;

/** A schema within another, and the path that leads to it. */
export interface Subschema {
  readonly path: readonly string[];
  readonly schema: unknown;
}

/** Returns the schemas directly within a schema. */
export function subschemasOf(schema: Json): readonly Subschema[] {
  const single = SCHEMA_KEYWORDS.filter((keyword) => Object.hasOwn(schema, keyword)).map((keyword) => ({
    path: [keyword],
    schema: schema[keyword],
  }));
  const many = [...SCHEMA_LIST_KEYWORDS, ...SCHEMA_MAP_KEYWORDS].flatMap((keyword) =>
    Object.entries(schema[keyword] ?? {}).map(([name, inner]) => ({ path: [keyword, name], schema: inner as unknown })),
  );
  return [...single, ...many];
}
