import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import { type JsonScalar, matchesFilter, type PayloadCondition, type PayloadPath } from '@event-tracker/core/store';
import { filtering, type Mutation, scanning } from './mutations.ts';

/** Understands a condition in its own way. */
export const meeting = (meets: (payload: JsonObject, condition: PayloadCondition) => boolean): Mutation =>
  scanning(
    (event, filter) =>
      matchesFilter(event, { ...filter, payload: undefined }) &&
      (filter.payload ?? []).every((condition) => meets(event.payload, condition)),
  );

/** Takes a condition for others. */
export const rephrasing = (change: (condition: PayloadCondition) => readonly PayloadCondition[]): Mutation =>
  filtering(({ payload }) => ({ payload: payload?.flatMap(change) }));

/** Takes paths for others. */
export const rephrasingPaths = (change: (path: PayloadPath) => PayloadPath): Mutation =>
  rephrasing((condition) => [{ ...condition, path: change(condition.path) }]);

/** Takes values for others, those of payloads and those of conditions; texts and numbers alone where it compares. */
export const confusing = (confuse: <T extends JsonScalar>(value: T) => T): Mutation =>
  meeting((payload, condition) => isMet(mapScalars(payload, confuse), confuseOperands(condition, confuse)));

/** Takes texts for others. */
export const confusingTexts = (confuse: (text: string) => string): Mutation =>
  confusing((value) => (typeof value === 'string' ? confuse(value) : value) as typeof value);

/** Takes numbers for others. */
export const confusingNumbers = (confuse: (number: number) => number): Mutation =>
  confusing((value) => (typeof value === 'number' ? confuse(value) : value) as typeof value);

/** Takes the payload for another one. */
export const misreadingPayloads = (change: (payload: JsonObject) => JsonValue): Mutation =>
  meeting((payload, condition) => isMet(change(payload) as JsonObject, condition));

export function isMet(payload: JsonObject, condition: PayloadCondition): boolean {
  return matchesFilter({ id: '', event_type: '', timestamp: '', payload } satisfies Event, { payload: [condition] });
}

/** The values at a path, arrays taken for their elements. */
export function valuesAt(value: JsonValue, [name, ...names]: PayloadPath): readonly JsonValue[] {
  if (isArray(value)) return value.flatMap((element) => valuesAt(element, name === undefined ? [] : [name, ...names]));
  if (name === undefined) return [value];
  if (!isObject(value) || !Object.hasOwn(value, name)) return [];
  return valuesAt(value[name] as JsonValue, names);
}

/** The same with every array changed, from the inside out. */
export function mapArrays(value: JsonValue, change: (array: readonly JsonValue[]) => JsonValue): JsonValue {
  return mapValues(value, (each) => (isArray(each) ? change(each) : each));
}

function mapScalars(payload: JsonObject, change: (scalar: JsonScalar) => JsonScalar): JsonObject {
  return mapValues(payload, (value) => (isScalar(value) ? change(value) : value)) as JsonObject;
}

function mapValues(value: JsonValue, change: (value: JsonValue) => JsonValue): JsonValue {
  if (isArray(value)) return change(value.map((element) => mapValues(element, change)));
  if (!isObject(value)) return change(value);
  return change(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapValues(each, change)])));
}

function confuseOperands(
  condition: PayloadCondition,
  confuse: <T extends JsonScalar>(value: T) => T,
): PayloadCondition {
  switch (condition.op) {
    case 'in':
    case 'ne':
      return { ...condition, operands: condition.operands.map(confuse) };
    case 'exists':
      return condition;
    case 'prefix':
    case 'contains':
      return { ...condition, operand: confuse(condition.operand) };
    default:
      return { ...condition, operand: confuse(condition.operand) };
  }
}

function isScalar(value: JsonValue): value is JsonScalar {
  return typeof value !== 'object' || value === null;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
