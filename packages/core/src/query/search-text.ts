import type { Event, JsonValue } from '../event/event.ts';
import { compileContainsIgnoringCase } from './ignoring-case.ts';

/** A text with any other character occurs in no number. */
const ONLY_NUMBER_CHARACTERS = /^[-+.\de]+$/i;

/**
 * Defines the meaning of a text to search for: returns a function that is true for events that contain it, ignoring case, in
 * their type, or in a string or number anywhere in their payload. Numbers are searched as JSON. Names of members, booleans and
 * null do not count.
 */
export function compileSearch(text: string): (event: Pick<Event, 'event_type' | 'payload'>) => boolean {
  const contains = compileContainsIgnoringCase(text);
  const findsNumbers = canOccurInNumbers(text);

  function isIn(value: JsonValue): boolean {
    switch (typeof value) {
      case 'string':
        return contains(value);
      case 'number':
        return findsNumbers && contains(String(value));
      case 'object':
        return value !== null && Object.values(value).some(isIn);
      default:
        return false;
    }
  }

  return ({ event_type, payload }) => contains(event_type) || isIn(payload);
}

/** True if a text can occur in a number that is written as JSON. */
export function canOccurInNumbers(text: string): boolean {
  return ONLY_NUMBER_CHARACTERS.test(text);
}
