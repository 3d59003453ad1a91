import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import {
  isJsonArray,
  type JsonScalar,
  matchesFilter,
  type PayloadCondition,
  type PayloadPath,
} from '@event-tracker/core/store';
import { filtering, type Mutation, scanning } from './mutations.ts';

/** Replaces the meaning of a condition. */
export const meeting = (meets: (payload: JsonObject, condition: PayloadCondition) => boolean): Mutation =>
  scanning(
    (event, filter) =>
      matchesFilter(event, { ...filter, payload: undefined }) &&
      (filter.payload ?? []).every((condition) => meets(event.payload, condition)),
  );

/** Replaces a condition with others. */
export const rephrasing = (change: (condition: PayloadCondition) => readonly PayloadCondition[]): Mutation =>
  filtering(({ payload }) => ({ payload: payload?.flatMap(change) }));

/** Replaces paths. */
export const rephrasingPaths = (change: (path: PayloadPath) => PayloadPath): Mutation =>
  rephrasing((condition) => [{ ...condition, path: change(condition.path) }]);

/** Replaces scalars of payloads and of conditions; for comparison operators, only strings and numbers. */
export const replacingScalars = (replace: <T extends JsonScalar>(value: T) => T): Mutation =>
  meeting((payload, condition) => isMet(mapScalars(payload, replace), confuseOperands(condition, replace)));

/** Replaces strings. */
export const replacingStrings = (replace: (text: string) => string): Mutation =>
  replacingScalars((value) => (typeof value === 'string' ? replace(value) : value) as typeof value);

/** Replaces numbers. */
export const replacingNumbers = (replace: (number: number) => number): Mutation =>
  replacingScalars((value) => (typeof value === 'number' ? replace(value) : value) as typeof value);

/** Replaces payloads. */
export const misreadingPayloads = (change: (payload: JsonObject) => JsonValue): Mutation =>
  meeting((payload, condition) => isMet(change(payload) as JsonObject, condition));

export function isMet(payload: JsonObject, condition: PayloadCondition): boolean {
  return matchesFilter({ id: '', event_type: '', timestamp: '', payload } satisfies Event, { payload: [condition] });
}

/** Returns the values at a path, with the elements of arrays in place of arrays. */
export function valuesAt(value: JsonValue, [name, ...names]: PayloadPath): readonly JsonValue[] {
  if (isJsonArray(value))
    return value.flatMap((element) => valuesAt(element, name === undefined ? [] : [name, ...names]));
  if (name === undefined) return [value];
  if (!isObject(value) || !Object.hasOwn(value, name)) return [];
  return valuesAt(value[name] as JsonValue, names);
}

/** Returns a value with every array changed, innermost arrays first. */
export function mapArrays(value: JsonValue, change: (array: readonly JsonValue[]) => JsonValue): JsonValue {
  return mapValues(value, (each) => (isJsonArray(each) ? change(each) : each));
}

function mapScalars(payload: JsonObject, change: (scalar: JsonScalar) => JsonScalar): JsonObject {
  return mapValues(payload, (value) => (isScalar(value) ? change(value) : value)) as JsonObject;
}

function mapValues(value: JsonValue, change: (value: JsonValue) => JsonValue): JsonValue {
  if (isJsonArray(value)) return change(value.map((element) => mapValues(element, change)));
  if (!isObject(value)) return change(value);
  return change(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapValues(each, change)])));
}

function confuseOperands(
  condition: PayloadCondition,
  replace: <T extends JsonScalar>(value: T) => T,
): PayloadCondition {
  switch (condition.op) {
    case 'in':
    case 'ne':
      return { ...condition, operands: condition.operands.map(replace) };
    case 'exists':
      return condition;
    case 'prefix':
    case 'contains':
    case 'icontains':
      return { ...condition, operand: replace(condition.operand) };
    default:
      return { ...condition, operand: replace(condition.operand) };
  }
}

function isScalar(value: JsonValue): value is JsonScalar {
  return typeof value !== 'object' || value === null;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
