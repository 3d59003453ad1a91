import { crc32 } from 'node:zlib';
import type { Event } from '@event-tracker/core';
import {
  createStoreUnavailableError,
  createTextEvent,
  type EpochNanoseconds,
  epochNanosecondsOf,
  formatTimestamp,
} from '@event-tracker/core/store';
import { ID_DIGITS, idOf } from './event-ids.ts';

/** An event as passed between threads. The payload is JSON text. */
export type EventRow = readonly [id: string, event_type: string, epochNanoseconds: EpochNanoseconds, payload: string];

/** An event as SQLite returns it: the columns of `EVENT_COLUMNS`. Events of earlier versions have no checksum. */
export type StoredRow = readonly [
  digits: string,
  event_type: string,
  epochNanoseconds: EpochNanoseconds,
  payload: string,
  checksum: bigint | null,
];

/** The columns of a `StoredRow` after the first. */
export const CONTENT_COLUMNS = 'event_type, epoch_nanoseconds, payload, payload_crc32';
/** The columns of a `StoredRow`. */
export const EVENT_COLUMNS = `${ID_DIGITS}, ${CONTENT_COLUMNS}`;

export function toRow({ id, event_type, timestamp, payload }: Event): EventRow {
  return [id, event_type, epochNanosecondsOf(timestamp), JSON.stringify(payload)];
}

export function toEvent([id, event_type, epochNanoseconds, payload]: EventRow): Event {
  return createTextEvent({ id, event_type, timestamp: formatTimestamp(epochNanoseconds) }, payload);
}

/**
 * Returns the row without its checksum, after checking that the payload is the one that was stored. A payload is sent to
 * clients without being parsed, so nothing else would detect that a disk has changed it.
 *
 * @throws StoreUnavailableError
 */
export function fromStoredRow(stored: StoredRow): EventRow {
  const row = withoutCheck(stored);
  const [id, event_type, epochNanoseconds, payload] = row;
  const checksum = stored[4];
  if (checksum === null) return [id, event_type, epochNanoseconds, toLine(id, payload)];
  if (crc32(payload) === Number(checksum)) return row;
  throw createDamageError(id);
}

/** Returns the row without its checksum, and does not check it. */
export function withoutCheck([digits, event_type, epochNanoseconds, payload]: StoredRow): EventRow {
  return [idOf(digits), event_type, epochNanoseconds, payload];
}

/**
 * Checks a payload without a checksum, and returns it as one line. Another program may have written it with line breaks, which
 * can only be between values: within texts they are escaped.
 */
function toLine(id: string, payload: string): string {
  try {
    JSON.parse(payload);
  } catch (cause) {
    throw createDamageError(id, cause);
  }
  return payload.replaceAll(/[\r\n]/g, ' ');
}

function createDamageError(id: string, cause?: unknown): Error {
  return createStoreUnavailableError(`event ${id} is damaged: restore a backup of the file, or delete the event`, {
    cause,
  });
}
