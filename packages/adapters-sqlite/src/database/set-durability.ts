import type { Database } from './database.ts';

/** After a large batch the log gives so much of its room back. */
const MAX_LOG_BYTES = 64 * 1024 ** 2;

/**
 * Makes a commit be on the disk when it returns: the log is synced each time (FULL), and on macOS in a way that means it.
 * Readers go on meanwhile (WAL).
 */
export function setDurability(database: Database): void {
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA journal_size_limit = ${MAX_LOG_BYTES};
  `);
}
