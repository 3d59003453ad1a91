import type { Database } from './database.ts';

/** The log is truncated to this size after a large batch. */
const MAX_LOG_BYTES = 64 * 1024 ** 2;

/**
 * Makes each commit durable when it returns: the log is synced at every commit (FULL), on macOS with F_FULLFSYNC. Readers
 * do not wait for writers (WAL).
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
