import { existsSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { type Database, openDatabase } from './database/database.ts';
import { viewAllEvents } from './database/events-to-move.ts';
import { checkOwner } from './database/migrations.ts';
import { ID_DIGITS, idOf } from './sql/event-ids.ts';
import { checkTotals } from './totals/check-totals.ts';

/** The result of verifying a file. */
export interface VerifiedSqliteFile {
  readonly events: number;
  /** The number of events without a checksum, stored by an earlier version. */
  readonly unchecked: number;
  /** Descriptions of the first problems. Empty if the file is intact. */
  readonly problems: readonly string[];
}

const CACHE_BYTES = 16 * 1024 ** 2;
const MAX_PROBLEMS = 20;

/**
 * Verifies a file: its structure, its indexes and totals against its rows, and each payload against its stored checksum. The
 * file can be a backup, a file that a server has open, or a file of an earlier version.
 *
 * @throws StoreUnavailableError if the file does not exist
 */
export function verifySqliteFile(path: string): VerifiedSqliteFile {
  if (!existsSync(path)) throw createStoreUnavailableError(`${path} does not exist`);
  const database = openDatabase(path, { readOnly: true, cacheBytes: CACHE_BYTES });
  try {
    checkOwner(database, path);
    database.exec('BEGIN'); // one snapshot for all statements
    viewAllEvents(database);
    const structure = checkStructure(database);
    if (structure.length > 0) return { events: 0, unchecked: 0, problems: structure };
    const { problems, ...checked } = checkPayloads(database);
    const difference = checkTotals(database);
    return { ...checked, problems: difference === undefined ? problems : [...problems, difference] };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { events: 0, unchecked: 0, problems: [problem] };
  } finally {
    database.close();
  }
}

function checkStructure(database: Database): readonly string[] {
  const rows = database.statement(`PRAGMA integrity_check(${MAX_PROBLEMS})`).all() as unknown as readonly [string][];
  return rows.map(([text]) => text.replaceAll('\n', ' ')).filter((text) => text !== 'ok');
}

function checkPayloads(database: Database): VerifiedSqliteFile {
  let events = 0;
  let unchecked = 0;
  const problems: string[] = [];
  for (const row of database.statement(SELECT_PAYLOADS).iterate()) {
    const [digits, payload, checksum] = row as unknown as [string, string, bigint | null];
    events++;
    if (checksum === null) unchecked++;
    else if (crc32(payload) !== Number(checksum) && problems.length < MAX_PROBLEMS)
      problems.push(`the payload of event ${idOf(digits)} does not match its checksum`);
  }
  return { events, unchecked, problems };
}

const SELECT_PAYLOADS = `SELECT ${ID_DIGITS}, payload, payload_crc32 FROM events`;
