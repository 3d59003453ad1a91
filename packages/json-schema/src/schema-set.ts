import type { JsonObject } from '@event-tracker/core';
import type { SchemaCheck, SchemaMode, SchemaProblem, SchemaViolation } from '@event-tracker/core/schemas';
import { isQuarantined, SCHEMA_VIOLATION } from '@event-tracker/core/schemas';
import { beginTimeSlice } from '@event-tracker/core/store';
import { compileSchemas, type SchemaText } from './compile-schemas.ts';
import { createExpensiveChecks, type ExpensiveChecks } from './expensive-checks.ts';
import { createRuntime } from './runtime.ts';
import { type CompiledSchema, loadValidator, type Validator } from './validator.ts';

/** The text of a schema, and what it is for. */
export interface SchemaSource extends SchemaText {
  /** An event type, or a prefix followed by `*`. Default: the name without `.json`. */
  readonly eventType?: string | undefined;
}

/** The schema of an event type, or of all types with a prefix. */
export interface TypeSchema {
  /** An event type, or a prefix followed by `*`. */
  readonly eventType: string;
  /** The name of its file. */
  readonly file: string;
  readonly mode: SchemaMode;
  /** The schema as it was written. */
  readonly schema: unknown;
}

/** Schemas of event types. */
export interface SchemaSet {
  /** Ordered by event type. */
  readonly schemas: readonly TypeSchema[];
  /** Returns the schema of an event type: the one of this type, else the one with the longest prefix. */
  find(eventType: string): TypeSchema | undefined;
  /** Checks payloads. A check that is expensive runs in a separate thread. */
  readonly check: SchemaCheck;
  /** Ends the separate thread, if there is one, after its last check. */
  close(): void;
}

/** Units of a check in the thread that calls it: at most about ten milliseconds. */
const UNITS = 1_000_000;
/** Units of a check in the separate thread: at most about half a second. */
const EXPENSIVE_UNITS = 50 * UNITS;

const EXTENSION = '.json';

/**
 * Compiles schemas of event types. Each is named like its file: `login.json` is for the type `login`, `order.*.json` for all
 * types that begin with `order.`.
 *
 * @throws an Error of one line that names the first schema that cannot be used and what is wrong with it
 */
export async function openSchemaSet(sources: readonly SchemaSource[]): Promise<SchemaSet> {
  const typed = sources.map(({ name, text, eventType = eventTypeOf(name) }) => ({ name, text, eventType }));
  const sorted = typed.sort((a, b) => (a.eventType < b.eventType ? -1 : 1));
  const compiled = await compileSchemas(sorted);
  const named = sorted.map(({ name, eventType }, index) => ({
    name,
    eventType,
    ...(compiled[index] as CompiledSchema), // one for each source
  }));
  const validators = await loadAll(named);
  const expensive = createExpensiveChecks(named.map(({ name, code }) => ({ name, code })));
  const entries = named.map(({ name, eventType, mode, schema }, index) => ({
    type: { eventType, file: name, mode, schema },
    validate: validators[index] as Validator, // one for each schema
  }));
  const find = createFinder(entries);
  return {
    schemas: entries.map(({ type }) => type),
    find: (eventType) => find(eventType)?.type,
    check: (eventType, payload) => {
      const entry = find(eventType);
      return entry && check(entry, payload, expensive);
    },
    close: expensive.close,
  };
}

/** True if a schema can be for a type: an event type that can be submitted, or a prefix followed by `*`. */
export function canHaveSchema(eventType: string): boolean {
  return eventType !== '' && !eventType.slice(0, -1).includes('*') && !isQuarantined({ event_type: eventType });
}

/** @throws an Error if a file name is not an event type, or a prefix followed by `*` */
function eventTypeOf(file: string): string {
  const type = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : '';
  if (!canHaveSchema(type))
    throw new Error(
      `${file}: expected a file named like an event type, e.g. login.json, or a prefix, e.g. order.*.json`,
    );
  return type;
}

/** Loads the code of schemas in slices, between which other work can run. */
async function loadAll(
  schemas: readonly (CompiledSchema & { readonly name: string })[],
): Promise<readonly Validator[]> {
  const runtime = createRuntime();
  const slice = beginTimeSlice();
  const validators: Validator[] = [];
  for (const { name, code, patterns } of schemas) {
    for (const pattern of patterns) {
      runtime.pattern(pattern);
      if (slice.isOver()) await slice.next();
    }
    const validator = loadValidator(name, code, runtime);
    if (slice.isOver()) await slice.next();
    validator({}, 0); // ends immediately, but makes V8 compile the code, which the first check would wait for
    if (slice.isOver()) await slice.next();
    validators.push(validator);
  }
  return validators;
}

interface Entry {
  readonly type: TypeSchema;
  readonly validate: Validator;
}

function createFinder(entries: readonly Entry[]): (eventType: string) => Entry | undefined {
  const isPrefix = ({ type }: Entry): boolean => type.eventType.endsWith('*');
  const byType = new Map(entries.filter((entry) => !isPrefix(entry)).map((entry) => [entry.type.eventType, entry]));
  const byPrefix = entries
    .filter(isPrefix)
    .map((entry) => ({ prefix: entry.type.eventType.slice(0, -1), entry }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return (eventType) => byType.get(eventType) ?? byPrefix.find(({ prefix }) => eventType.startsWith(prefix))?.entry;
}

function check(
  { type: { file, mode }, validate }: Entry,
  payload: JsonObject,
  expensive: ExpensiveChecks,
): ReturnType<SchemaCheck> {
  const problems = validate(payload, UNITS);
  if (problems !== 'exhausted') return toViolation(mode, problems);
  return expensive
    .check({ name: file, payload, units: EXPENSIVE_UNITS })
    .then((found) => toViolation(mode, found === 'exhausted' ? [tooExpensive(file)] : found));
}

function toViolation(mode: SchemaMode, problems: readonly SchemaProblem[]): SchemaViolation | undefined {
  return problems.length === 0 ? undefined : { mode, problems };
}

function tooExpensive(schema: string): SchemaProblem {
  const detail = 'too expensive to check against the schema: send a smaller payload, or simplify the schema';
  return { pointer: '/payload', code: SCHEMA_VIOLATION, detail, keyword: 'budget', schema };
}
