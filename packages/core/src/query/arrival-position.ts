import { createInvalidCursorError } from '../errors.ts';
import type { Sequence } from '../event/sequence.ts';
import { parseBase36 } from './base36.ts';
import { fingerprint } from './fingerprint.ts';

/*
 * A position in the order of arrival of one store, opaque to clients and safe in a URL: version, fingerprint, the sequence in
 * base 36 and the id of the store. A position is not bound to filters: a client can continue with other filters.
 */
const POSITION = /^a1-([0-9a-z]{7})-([0-9a-z]{1,40})-([0-9a-f]{32})$/;

/** Returns the position immediately after an event. */
export function encodePosition(storeId: string, sequence: Sequence): string {
  const place = `${sequence.toString(36)}-${storeId}`;
  return `a1-${fingerprint(place)}-${place}`;
}

/**
 * Parses a position.
 *
 * @throws InvalidCursorError if the position is damaged, or belongs to another store
 */
export function decodePosition(position: string, storeId: string): Sequence {
  const [, print, digits, id] = POSITION.exec(position) ?? [];
  if (digits === undefined || print !== fingerprint(`${digits}-${id}`)) {
    throw createInvalidCursorError('the position is damaged, or is a cursor of another kind of query');
  }
  if (id !== storeId) {
    throw createInvalidCursorError('the position belongs to another store: start again with after=start or after=now');
  }
  return parseBase36(digits);
}
