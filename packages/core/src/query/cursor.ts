import { parseEventId } from '../event/event-id.ts';
import type { EventOrder, EventPosition } from '../event/event-order.ts';
import { MAX_EPOCH_NANOSECONDS, MIN_EPOCH_NANOSECONDS } from '../event/timestamp.ts';
import { parseBase36 } from './base36.ts';
import type { EventFilter } from './event-filter.ts';
import { fingerprint } from './fingerprint.ts';

/*
 * A cursor is the position of the last event of a page, bound to the filter and order of its query. It is opaque to clients
 * and safe in a URL: version, fingerprint, nanoseconds since 1900 in base 36 and the digits of the id.
 */
const CURSOR = /^1-([0-9a-z]{7})-([0-9a-z]{1,13})-([0-9a-f]{32})$/;

/** Returns the cursor of the page that follows a position. */
export function encodeCursor({ epochNanoseconds, id }: EventPosition, filter: EventFilter, order: EventOrder): string {
  const place = `${(epochNanoseconds - MIN_EPOCH_NANOSECONDS).toString(36)}-${id.replaceAll('-', '')}`;
  return `1-${fingerprintOf(place, filter, order)}-${place}`;
}

/** Parses a cursor. Returns undefined if it is damaged or belongs to another filter or order. */
export function decodeCursor(cursor: string, filter: EventFilter, order: EventOrder): EventPosition | undefined {
  const [, print, time, digits] = CURSOR.exec(cursor) ?? [];
  if (print === undefined || time === undefined || digits === undefined) return undefined;
  if (print !== fingerprintOf(`${time}-${digits}`, filter, order)) return undefined;
  const id = parseEventId(digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  const epochNanoseconds = MIN_EPOCH_NANOSECONDS + parseBase36(time);
  // A forged cursor must not contain a number that exceeds the columns of a store.
  return id === undefined || epochNanoseconds > MAX_EPOCH_NANOSECONDS ? undefined : { epochNanoseconds, id };
}

function fingerprintOf(place: string, filter: EventFilter, order: EventOrder): string {
  const text = JSON.stringify([place, order, filter], (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return fingerprint(text);
}
