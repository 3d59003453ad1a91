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

/** Keywords whose value has schemas as its items or members. */
const COLLECTION_KEYWORDS = [...SCHEMA_LIST_KEYWORDS, ...SCHEMA_MAP_KEYWORDS];

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
  ...new Set(['$anchor', '$ref', ...SCHEMA_KEYWORDS, ...COLLECTION_KEYWORDS, ...ASSERTIONS, ...ANNOTATIONS]),
].sort();

type Json = Readonly<Record<string, unknown>>;

/** A schema within another, and the path that leads to it. */
export interface Subschema {
  readonly path: readonly string[];
  readonly schema: unknown;
}

/** Yields the schemas directly within a schema. */
export function* subschemasOf(schema: Json): Generator<Subschema, void, void> {
  for (const keyword of SCHEMA_KEYWORDS)
    if (Object.hasOwn(schema, keyword)) yield { path: [keyword], schema: schema[keyword] };
  for (const keyword of COLLECTION_KEYWORDS) {
    const collection = schema[keyword];
    if (typeof collection !== 'object' || collection === null) continue;
    for (const [name, inner] of Object.entries(collection)) yield { path: [keyword, name], schema: inner as unknown };
  }
}

/** Returns the value of a keyword with each schema directly within it changed. */
export function mapSubschemas(keyword: string, value: unknown, change: (schema: unknown) => unknown): unknown {
  if (isOneOf(SCHEMA_KEYWORDS, keyword)) return change(value);
  if (!isOneOf(COLLECTION_KEYWORDS, keyword) || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner)]));
}

/** Returns what a path leads to if that is the place of a schema: the schema itself, or one within it. */
export function subschemaAt(schema: unknown, path: readonly string[]): unknown {
  let found = schema;
  const names = path.values();
  for (const keyword of names) {
    found = memberOf(found, keyword);
    if (isOneOf(COLLECTION_KEYWORDS, keyword)) found = memberOf(found, names.next().value);
    else if (!isOneOf(SCHEMA_KEYWORDS, keyword)) return undefined;
  }
  return found;
}

function memberOf(value: unknown, name: string | undefined): unknown {
  if (typeof value !== 'object' || value === null || name === undefined || !Object.hasOwn(value, name))
    return undefined;
  return (value as Json)[name];
}

function isOneOf(keywords: readonly string[], keyword: string): boolean {
  return keywords.includes(keyword);
}
