import type { JsonObject, JsonValue } from '../event/event.ts';
import { toPointer } from '../event/json-pointer.ts';
import { areEqualJson } from '../event/same-content.ts';
import { SCHEMA_VIOLATION, type SchemaCheck, type SchemaProblem, type SchemaViolation } from './schema-check.ts';
import type { EventSchemas, StandardIssue, StandardSchema } from './standard-schema.ts';

/**
 * Returns a check of payloads by the validator of their event type. An event type without a validator passes. The payload is
 * stored as it was submitted, so a validator may not return another value: that is an error in the program, and throws a TypeError.
 *
 * @param next a check of the payloads that pass
 */
export function checkByValidators(validators: EventSchemas, next?: SchemaCheck): SchemaCheck {
  return (eventType, payload) => {
    const validator = Object.hasOwn(validators, eventType) ? validators[eventType] : undefined;
    if (!validator) return next?.(eventType, payload);
    const violation = validate(validator, eventType, payload);
    if (!(violation instanceof Promise)) return violation ?? next?.(eventType, payload);
    return violation.then((found) => found ?? next?.(eventType, payload));
  };
}

function validate(
  { '~standard': { validate: run, vendor } }: StandardSchema,
  eventType: string,
  payload: JsonObject,
): SchemaViolation | undefined | Promise<SchemaViolation | undefined> {
  const result = run(payload);
  const read = (settled: Awaited<typeof result>): SchemaViolation | undefined => {
    if (settled.issues) return { mode: 'enforce', problems: settled.issues.map((issue) => toProblem(issue, vendor)) };
    // Another value than JSON is equal to no payload.
    if (areEqualJson(payload, settled.value as JsonValue)) return undefined;
    throw new TypeError(
      `the validator of ${eventType} returned another value than it received; the event would be stored without that change. Use a validator that only checks: no transformation, coercion or default, and an object schema that keeps or refuses unknown members`,
    );
  };
  return result instanceof Promise ? result.then(read) : read(result);
}

function toProblem({ message, path = [] }: StandardIssue, vendor: string): SchemaProblem {
  const steps = path.map((step) => (typeof step === 'object' ? step.key : step));
  const pointer = `/payload${toPointer(steps.map((step) => (typeof step === 'symbol' ? String(step) : step)))}`;
  return { pointer, code: SCHEMA_VIOLATION, keyword: vendor, detail: message };
}
