import { createInvalidIdError } from '../errors.ts';
import { randomUuid } from '../runtime/random-uuid.ts';
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

/** A count of 26 bits follows the time of an id: room for fifty million in one millisecond. */
const MAX_COUNT = 2 ** 26 - 1;

/**
 * Makes UUIDv7 ids (RFC 9562, 5.7) that only ever rise, also within one millisecond and when the clock steps back, so
 * that events of one instant keep the order of their submission: a time, a count (6.2, method 1), and chance.
 *
 * @param clock milliseconds since 1970
 */
export function createEventIds(clock: () => number): () => EventId {
  let ms = Number.NEGATIVE_INFINITY;
  let time = '';
  let count = 0;
  return () => {
    const now = Math.floor(clock());
    const random = randomUuid();
    if (now > ms || count === MAX_COUNT) {
      ms = Math.max(now, ms + 1);
      time = ms.toString(16).padStart(12, '0');
      // Each millisecond starts anywhere in the lowest quarter, so that two processes hardly ever count in step.
      count = Number.parseInt(random.slice(0, 6), 16);
    } else {
      count++;
    }
    const high = (count >>> 14).toString(16).padStart(3, '0');
    const low = (0x8000 | (count & 0x3fff)).toString(16); // with the variant in front
    // The last step makes one text of the pieces, which take three times the memory.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${high}-${low}${random.slice(23)}`.toLowerCase();
  };
}
