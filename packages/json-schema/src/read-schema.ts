import { nearestName, pointerStep, type SchemaMode, stepsOfPointer } from '@event-tracker/core/schemas';
import { parseJsonText } from '@event-tracker/core/store';
import { ANNOTATIONS, KEYWORDS, mapSubschemas, subschemaAt, subschemasOf } from './keywords.ts';

/** The keyword that is added to every schema, with the cost of evaluating it. */
export const COST_KEYWORD = 'x-cost';

/** Value of {@link COST_KEYWORD}: units of the budget for a value, and for each of its members or items. */
export interface Cost {
  readonly base: number;
  readonly each: number;
}

type Json = Readonly<Record<string, unknown>>;

/** A schema that was read from its text. */
export interface ReadSchema {
  /** The schema as it was written. */
  readonly written: unknown;
  readonly mode: SchemaMode;
  /** The same schema without annotations and with costs, for the compiler. */
  readonly compilable: Json;
  /** All patterns in it, each once. */
  readonly patterns: readonly string[];
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const MODES: readonly string[] = ['enforce', 'quarantine', 'warn'] satisfies SchemaMode[];
const ROOT_KEYWORDS = ['$schema', '$id', 'x-mode'];

/** Keywords of JSON Schema that are not supported, because ajv gets them wrong, and what to use instead. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['$dynamicAnchor', 'use $anchor'],
  ['$dynamicRef', 'use $ref'],
  ['$vocabulary', 'it belongs to schemas of schemas'],
  ['unevaluatedItems', 'use items: false next to prefixItems'],
]);

/** Greatest length of the text of a schema. */
const MAX_TEXT_LENGTH = 256 * 1024;
/** Greatest number of schemas within a schema, itself included. */
const MAX_SUBSCHEMAS = 1_000;
/** Greatest depth of schemas within a schema. */
const MAX_DEPTH = 32;

/**
 * Reads a schema and checks what JSON Schema leaves open: the bounds of its size, and that it has no unknown keyword and refers
 * to nothing outside of itself.
 *
 * @throws an Error that states the place in the schema and what is wrong
 */
export function readSchema(text: string): ReadSchema {
  if (text.length > MAX_TEXT_LENGTH) throw new Error(`expected at most ${MAX_TEXT_LENGTH} characters`);
  const written = parseJson(text);
  const mode = readMode(written);
  const file = collect(written);
  for (const place of file.places) checkKeywords(place, file);
  const patterns = file.places.flatMap(({ schema }) => patternsOf(schema));
  const compilable = withCosts(typeof written === 'boolean' ? { not: !written } : written) as Json; // of an object, a copy
  return { written, mode, compilable, patterns: [...new Set(patterns)] };
}

function parseJson(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch (cause) {
    throw new Error(`not JSON: ${(cause as Error).message}`, { cause });
  }
}

function readMode(schema: unknown): SchemaMode {
  if (typeof schema === 'boolean') return 'enforce';
  if (!isObject(schema)) throw new Error('expected a JSON object, the schema');
  const { $schema = DIALECT, 'x-mode': mode = 'enforce' } = schema;
  if ($schema !== DIALECT && $schema !== `${DIALECT}#`) throw new Error(`/$schema: expected ${DIALECT}`);
  if (!isMode(mode)) throw new Error(`/x-mode: expected one of ${MODES.join(', ')}`);
  return mode;
}

function isMode(value: unknown): value is SchemaMode {
  return typeof value === 'string' && MODES.includes(value);
}

/** An object that is a schema within a schema, and its place: a JSON Pointer. */
interface Place {
  readonly pointer: string;
  readonly schema: Json;
}

/** A schema with all schemas within it. */
interface SchemaFile {
  readonly root: unknown;
  /** The root is one of them. Schemas that are `true` or `false` are not. */
  readonly places: readonly Place[];
  readonly anchors: ReadonlySet<unknown>;
  readonly usesEvaluation: boolean;
}

function collect(root: unknown): SchemaFile {
  const places: Place[] = [];
  let count = 0;
  const visit = (schema: unknown, pointer: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Error(`${pointer}: expected at most ${MAX_DEPTH} levels of schemas`);
    if (typeof schema !== 'boolean' && !isObject(schema)) throw new Error(`${pointer}: expected a schema`);
    if (++count > MAX_SUBSCHEMAS) throw new Error(`expected at most ${MAX_SUBSCHEMAS} schemas in a schema`);
    if (!isObject(schema)) return;
    places.push({ pointer, schema });
    for (const { path, schema: inner } of subschemasOf(schema))
      visit(inner, pointer + path.map(pointerStep).join(''), depth + 1);
  };
  visit(root, '', 1);
  return {
    root,
    places,
    anchors: new Set(places.map(({ schema }) => schema.$anchor)),
    usesEvaluation: places.some(({ schema }) => Object.hasOwn(schema, 'unevaluatedProperties')),
  };
}

function checkKeywords({ schema, pointer }: Place, file: SchemaFile): void {
  for (const keyword of Object.keys(schema)) {
    const instead = UNSUPPORTED.get(keyword);
    if (instead !== undefined) throw new Error(`${pointer}/${keyword}: not supported; ${instead}`);
    if (!KEYWORDS.includes(keyword) && !(pointer === '' && ROOT_KEYWORDS.includes(keyword))) {
      const nearest = nearestName(keyword, KEYWORDS);
      const meant = nearest === undefined ? '' : `, did you mean ${nearest}?`;
      throw new Error(`${pointer}${pointerStep(keyword)}: unknown keyword${meant}`);
    }
  }
  checkCondition(schema, pointer, file);
  if (isObject(schema.properties) && Object.hasOwn(schema.properties, '__proto__'))
    throw new Error(`${pointer}/properties/__proto__: no payload can have this name`);
  const { $ref } = schema;
  if ($ref === undefined) return;
  if (typeof $ref !== 'string' || !$ref.startsWith('#'))
    throw new Error(`${pointer}/$ref: expected a reference within the file, e.g. #/$defs/address`);
  if (!isKnown($ref.slice(1), file)) throw new Error(`${pointer}/$ref: there is no schema at ${$ref}`);
}

/** Rejects conditions that ajv ignores, although they decide which properties are evaluated. */
function checkCondition(schema: Json, pointer: string, { usesEvaluation }: SchemaFile): void {
  if (!Object.hasOwn(schema, 'if')) return;
  if (!Object.hasOwn(schema, 'then') && !Object.hasOwn(schema, 'else'))
    throw new Error(`${pointer}/if: expected then, else, or both next to it`);
  if (usesEvaluation && lengthOf(schema.then) === 0)
    throw new Error(`${pointer}/if: in a file with unevaluatedProperties, expected a then that checks something`);
}

function isKnown(fragment: string, { root, anchors }: SchemaFile): boolean {
  const target = decodeFragment(fragment);
  if (target === undefined) return false;
  if (target === '' || target.startsWith('/')) return subschemaAt(root, stepsOfPointer(target)) !== undefined;
  return anchors.has(target);
}

/** Returns undefined if a percent sign does not begin an escape. */
function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function patternsOf({ pattern, patternProperties }: Json): readonly string[] {
  const own = typeof pattern === 'string' ? [pattern] : [];
  return isObject(patternProperties) ? [...own, ...Object.keys(patternProperties)] : own;
}

/** Returns a copy of a schema without annotations, in which every schema has its cost. */
function withCosts(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema)
    .filter(([keyword]) => !ANNOTATIONS.has(keyword) && !ROOT_KEYWORDS.includes(keyword))
    .map(([keyword, value]) => [keyword, mapSubschemas(keyword, value, withCosts)]);
  return { ...Object.fromEntries(kept), [COST_KEYWORD]: costOf(schema) };
}

/** Keywords that look at each member or item of a value. */
const LOOPS = [
  'additionalProperties',
  'contains',
  'items',
  'maxProperties',
  'minProperties',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
];

/** Returns the cost of evaluating a schema, without the schemas in it, which have their own. */
function costOf(schema: Json): Cost {
  const { properties, patternProperties, dependentRequired, required, enum: values, prefixItems } = schema;
  const base = [properties, required, values, prefixItems, dependentRequired, ...Object.values(dependentRequired ?? {})]
    .map(lengthOf)
    .reduce((sum, length) => sum + length, CHECK_UNITS);
  const hasLoop = LOOPS.some((keyword) => Object.hasOwn(schema, keyword));
  // A name is compared with up to eight properties one by one.
  const each = hasLoop ? LOOP_UNITS + lengthOf(patternProperties) + Math.min(lengthOf(properties), 8) : 0;
  return { base, each };
}

/** Units for evaluating a schema and describing that a value does not match it. */
const CHECK_UNITS = 20;
/** Units for each pass of a loop over members or items. */
const LOOP_UNITS = 3;

function lengthOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
