import * as v from 'valibot';
import { hasAtMostCodePoints } from './text.ts';

/** Greatest length of an event type in code points. */
export const MAX_EVENT_TYPE_LENGTH = 255;

const EVENT_TYPE_EXPECTED = `expected 1 to ${MAX_EVENT_TYPE_LENGTH} characters, none of them a control character`;
const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}]/u;

/** True if an event can have this type. */
export function isEventType(text: string): boolean {
  return text !== '' && hasAtMostCodePoints(text, MAX_EVENT_TYPE_LENGTH) && !CONTROL_OR_LONE_SURROGATE.test(text);
}

/** The type of an event, in events and in filters. */
export const EventTypeSchema: v.GenericSchema<string> = v.pipe(
  v.string(EVENT_TYPE_EXPECTED),
  v.check(isEventType, EVENT_TYPE_EXPECTED),
);
