import { createInvalidIdError } from '../errors.ts';
import type { EventId } from './event.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Describes what {@link parseEventId} accepts. */
export const EVENT_ID_EXPECTED = 'expected a UUID, e.g. 018cc251-f400-7000-8000-000000000001 (not the nil or max UUID)';

/** Parses a UUID of any version, in either case. Rejects the nil and max UUIDs (RFC 9562, 5.9 and 5.10). */
export function parseEventId(text: string): EventId | undefined {
  const id = text.toLowerCase();
  return UUID.test(id) && id !== NIL && id !== MAX ? id : undefined;
}

/**
 * Parses an id that must be valid.
 *
 * @throws InvalidIdError
 */
export function requireEventId(text: string): EventId {
  const id = parseEventId(text);
  if (id === undefined) throw createInvalidIdError(EVENT_ID_EXPECTED);
  return id;
}
