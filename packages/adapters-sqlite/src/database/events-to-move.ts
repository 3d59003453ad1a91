import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';
import { hasTable } from './has-table.ts';
import { numberOf } from './number-of.ts';
import { isConstraintViolation } from './sqlite-error.ts';
import { inTransaction } from './transaction.ts';

/** The table of the events that were stored by schema version 5 or earlier, with their ids as text. Exists until all are moved. */
export const EVENTS_TO_MOVE = 'events_to_move';

/** The progress of a migration. */
export interface MigrationProgress {
  /** Events moved since the file was opened. */
  readonly moved: number;
  /** The share of all events of the file that are moved, from 0 to 1. */
  readonly share: number;
}

/** Events in a transaction, and the bytes of payloads after which it ends earlier. */
const MAX_EVENTS = 5_000;
const MAX_BYTES = 8 * 1024 ** 2;

export interface MigrationOptions {
  /** Runs before each transaction, and throws if it must not begin. */
  readonly check: () => void;
  /** Receives the progress after each transaction. */
  readonly report: (progress: MigrationProgress) => void;
}

/**
 * Moves the events of an earlier version into the table of the current schema. They keep their sequences and checksums.
 *
 * After each transaction, another process can continue. The moved events need the space that the earlier ones leave, so the
 * file does not grow.
 *
 * @throws StoreUnavailableError if an event is damaged
 */
export function moveEvents(database: Database, path: string, { check, report }: MigrationOptions): void {
  if (!hasTable(database, EVENTS_TO_MOVE)) return;
  let moved = 0;
  for (let last = lastOfNext(database); last !== undefined; last = lastOfNext(database)) {
    check();
    moved += moveUpTo(database, path, last);
    report({ moved, share: shareMoved(database) });
  }
  database.exec(`DROP TABLE ${EVENTS_TO_MOVE}`);
}

/** Moves the events up to a sequence, and returns their number. */
function moveUpTo(database: Database, path: string, last: bigint): number {
  try {
    return inTransaction(database, 'BEGIN IMMEDIATE', () => {
      database.statement(COPY).run(last);
      return Number(database.statement(DELETE).run(last).changes);
    });
  } catch (error) {
    if (!isConstraintViolation(error)) throw error;
    const problem = `one of the events up to sequence ${last} has an invalid id`;
    throw createStoreUnavailableError(`${path} is damaged: ${problem}`, { cause: error });
  }
}

/** Returns the last sequence of the events to move next; undefined if there are none. */
function lastOfNext(database: Database): bigint | undefined {
  let bytes = 0;
  let last: bigint | undefined;
  for (const row of database.statement(SELECT_NEXT).iterate()) {
    const [sequence, length] = row as unknown as readonly [bigint, bigint];
    last = sequence;
    bytes += Number(length);
    if (bytes >= MAX_BYTES) break;
  }
  return last;
}

/** Computed from sequences, because counting the events would need to read them. */
function shareMoved(database: Database): number {
  const [first, next, last] = database.statement(SELECT_ENDS).get() as unknown as readonly (bigint | null)[];
  if (typeof first !== 'bigint' || typeof next !== 'bigint' || typeof last !== 'bigint') return 1;
  return Number(next - first) / Number(last - first + 1n);
}

/**
 * Makes the events of a file of any schema version readable as the table `events` of the current version. The connection can be
 * read-only.
 */
export function viewAllEvents(database: Database): void {
  const version = numberOf(database, 'PRAGMA user_version');
  if (version === 0 || (version >= IDS_AS_BYTES && !hasTable(database, EVENTS_TO_MOVE))) return;
  const checksum = version < CHECKSUMS ? 'NULL AS payload_crc32' : 'payload_crc32';
  const selectOf = (table: string, id: string): string =>
    `SELECT sequence, ${id}, event_type, epoch_nanoseconds, payload, ${checksum} FROM main.${table}`;
  const tables =
    version < IDS_AS_BYTES
      ? [selectOf('events', `${ID_AS_BYTES} AS id`)]
      : [selectOf('events', 'id'), selectOf(EVENTS_TO_MOVE, `${ID_AS_BYTES} AS id`)];
  database.exec(`CREATE TEMP VIEW events AS ${tables.join(' UNION ALL ')}`);
}

/** The schema versions that introduced the checksums and the ids as bytes. */
const CHECKSUMS = 4;
const IDS_AS_BYTES = 6;

const ID_AS_BYTES = "unhex(id, '-')";
const SELECT_NEXT = `
  SELECT sequence, octet_length(payload) FROM ${EVENTS_TO_MOVE} ORDER BY sequence LIMIT ${MAX_EVENTS}`;
const COPY = `
  INSERT INTO events (sequence, id, event_type, epoch_nanoseconds, payload, payload_crc32)
  SELECT sequence, ${ID_AS_BYTES}, event_type, epoch_nanoseconds, payload, payload_crc32
  FROM ${EVENTS_TO_MOVE} WHERE sequence <= ? ORDER BY sequence`;
const DELETE = `DELETE FROM ${EVENTS_TO_MOVE} WHERE sequence <= ?`;
const SELECT_ENDS = `
  SELECT
    (SELECT min(sequence) FROM events),
    (SELECT min(sequence) FROM ${EVENTS_TO_MOVE}),
    (SELECT max(sequence) FROM ${EVENTS_TO_MOVE})`;
