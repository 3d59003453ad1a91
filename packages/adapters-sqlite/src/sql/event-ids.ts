import type { EventId } from '@event-tracker/core';

/*
 * The file stores an id as its 16 bytes, which have the same order as its text. With 36 characters in the table and in three
 * indexes, a small event would need 328 bytes instead of 240. Threads and statements exchange text: SQLite converts a parameter
 * faster than JavaScript, and the digits of an id are cheaper to read than its bytes, each of which would be a `Uint8Array`.
 */

/**
 * Returns the SQL of the bytes of an id.
 *
 * @param text the SQL of its text
 */
export function idBytes(text: string): string {
  return `unhex(${text}, '-')`;
}

/** The SQL of the digits of the column `id`, for `idOf`. */
export const ID_DIGITS = 'hex(id)';

/**
 * Returns the id with these digits.
 *
 * @param digits 32 hexadecimal digits in upper case
 */
export function idOf(digits: string): EventId {
  const id = digits.toLowerCase();
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}
