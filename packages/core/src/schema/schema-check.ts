import type { JsonObject } from '../event/event.ts';
import type { NewEventProblem } from '../event/parse-event.ts';

/**
 * What happens to an event that does not match the schema of its type: `enforce` rejects it, `quarantine` stores it as a
 * quarantined event, and `warn` stores it as it is.
 */
export type SchemaMode = 'enforce' | 'quarantine' | 'warn';

/** Code of the problem of an event that does not match the schema of its type. */
export const SCHEMA_VIOLATION = 'schema_violation';

/** One problem that a schema found in an event. */
export interface SchemaProblem extends NewEventProblem {
  readonly code: typeof SCHEMA_VIOLATION;
  /** The keyword of the schema that the event does not meet, e.g. `required`. */
  readonly keyword: string;
  /** The schema, e.g. the name of its file; absent if the event type has no schema. */
  readonly schema?: string;
}

/** The result of a check that failed. */
export interface SchemaViolation {
  readonly mode: SchemaMode;
  /** At least one problem. */
  readonly problems: readonly SchemaProblem[];
}

/**
 * Checks a payload against the schema of its event type. Returns the violation, or `undefined` if the payload matches or no
 * schema applies. The check must be fast, because other work of the process waits for it. A slow check must return a promise
 * and run elsewhere.
 */
export type SchemaCheck = (
  eventType: string,
  payload: JsonObject,
) => SchemaViolation | undefined | Promise<SchemaViolation | undefined>;

/** Schemas of event types. */
export interface SchemaOptions {
  readonly check: SchemaCheck;
  /** Receives each violation of a submitted event, whatever happens to the event. */
  readonly onViolation?: ((eventType: string, violation: SchemaViolation) => void) | undefined;
}
