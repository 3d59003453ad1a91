import { parse, v4, v7 } from 'uuid';
import { createInvalidIdError } from '../errors.ts';
import type { EventId } from './event.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** What {@link parseEventId} accepts, in words. */
export const EVENT_ID_EXPECTED = 'expected a UUID, e.g. 018cc251-f400-7000-8000-000000000001 (not the nil or max UUID)';

/** Reads a UUID of any version, in either case; nil and max (RFC 9562, 5.9 and 5.10) name nothing and are refused. */
export function parseEventId(text: string): EventId | undefined {
  const id = text.toLowerCase();
  return UUID.test(id) && id !== NIL && id !== MAX ? id : undefined;
}

/** The same for an id that has to be one. */
export function requireEventId(text: string): EventId {
  const id = parseEventId(text);
  if (id === undefined) throw createInvalidIdError(EVENT_ID_EXPECTED);
  return id;
}

/**
 * Makes UUIDv7 ids (RFC 9562, 5.7) that only ever rise, also within one millisecond and when the clock steps back, so
 * that events of one instant keep the order of their submission.
 *
 * @param clock milliseconds since 1970
 */
export function createEventIds(clock: () => number): () => EventId {
  let msecs = Number.NEGATIVE_INFINITY;
  let seq = 0;
  return () => {
    const now = Math.floor(clock());
    const random = v4();
    if (now > msecs) {
      msecs = now;
      // Each millisecond starts anywhere in the lower half, so that two processes hardly ever count in step.
      seq = Number.parseInt(random.slice(0, 8), 16) >>> 1;
    } else {
      seq++;
    }
    // Left to itself, v7 would ask for random bytes one by one, at five times the cost.
    return v7({ msecs, seq, random: parse(random) });
  };
}
