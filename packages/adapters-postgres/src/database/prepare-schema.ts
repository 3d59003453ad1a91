import { setTimeout as sleep } from 'node:timers/promises';
import type { Tables } from '../sql/tables.ts';
import { openDatabase } from './database.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { isAway, toStoreError } from './store-error.ts';

/** Time for a migration, and for those of other servers that come before; an index of a large table takes a while. */
const MIGRATION_DEADLINE_MS = 600_000;
const RETRY_EVERY_MS = 250;

/**
 * Sees to it that the server can serve, and that the schema is up to date. A server that cannot be reached yet, as when
 * both start together, is waited for.
 */
export async function prepareSchema(url: string, tables: Tables, openTimeoutMs: number): Promise<void> {
  const expiresAt = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return await prepareOnce(url, tables);
    } catch (error) {
      if (!isAway(error) || performance.now() >= expiresAt) throw toStoreError(error);
      await sleep(RETRY_EVERY_MS);
    }
  }
}

async function prepareOnce(url: string, tables: Tables): Promise<void> {
  const database = openDatabase({ url, maxConnections: 1, deadlineMs: MIGRATION_DEADLINE_MS });
  try {
    await inspectServer(database);
    await migrate(database, tables);
  } finally {
    await database.close();
  }
}
