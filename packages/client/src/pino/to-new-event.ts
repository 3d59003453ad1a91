import type { JsonObject, NewEvent } from '@event-tracker/core';

/**
 * Maps a line of pino to an event:
 *
 * - `event_type` is the field `event_type`, if it is text, otherwise the default
 * - `timestamp` is the field `time`: milliseconds since 1970, or text, as pino's `isoTime` writes it. Default: now
 * - `id` is the field `event_id`, if there is one
 * - `payload` has all other fields as they are, such as `level`, `msg`, `pid` and `hostname`
 *
 * @throws TypeError if the line is not an object
 */
export function toNewEvent(line: unknown, defaultType: string): NewEvent {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) throw new TypeError('expected an object');
  const { event_type, event_id, time, ...payload } = line as JsonObject; // parsed from JSON
  return {
    ...(typeof event_id === 'string' && { id: event_id }),
    event_type: typeof event_type === 'string' ? event_type : defaultType,
    timestamp: typeof time === 'string' ? time : new Date(typeof time === 'number' ? time : Date.now()).toISOString(),
    payload,
  };
}
