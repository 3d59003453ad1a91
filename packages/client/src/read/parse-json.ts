import type { Event } from '@event-tracker/core';
import { parseJsonText } from '@event-tracker/core/store';
import { createUnexpectedResponseError } from '../request/errors.ts';

/**
 * Parses the JSON of a successful response. Its content is trusted if its form is right: a page of a proxy has another one.
 *
 * @throws UnexpectedResponseError
 */
export function parseJson<T>(text: string, isExpected: (value: unknown) => value is T): T {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch {
    value = undefined;
  }
  if (isExpected(value)) return value;
  throw createUnexpectedResponseError('the response does not come from an event tracker: check url', 200);
}

export function isEvent(value: unknown): value is Event {
  return hasMember('event_type')(value) && hasMember('id')(value);
}

export function isArray<T>(value: unknown): value is readonly T[] {
  return Array.isArray(value);
}

/** Returns a function that recognizes objects with a member. */
export function hasMember<Name extends string>(
  name: Name,
): (value: unknown) => value is { readonly [N in Name]: unknown } {
  return (value): value is { readonly [N in Name]: unknown } =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}
