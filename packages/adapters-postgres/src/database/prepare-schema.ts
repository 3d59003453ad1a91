import { setTimeout as sleep } from 'node:timers/promises';
import type { Tables } from '../sql/tables.ts';
import { openDatabase } from './database.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { isUnreachable, toStoreError } from './store-error.ts';

/** Time for a migration, including the wait for another server's. An index of a billion rows needs almost an hour. */
const MIGRATION_DEADLINE_MS = 7_200_000;
const RETRY_EVERY_MS = 250;

/**
 * Checks the server and migrates the schema. Retries until `openTimeoutMs` while the server is not reachable, for example
 * because both start at the same time.
 *
 * @param onWaiting receives, once, the reason why the server is not reachable
 * @returns the identity of the store
 */
export async function prepareSchema(
  url: string,
  tables: Tables,
  openTimeoutMs: number,
  onWaiting: (reason: Error) => void = () => {},
): Promise<string> {
  let isWaiting = false;
  const expiresAt = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return await prepareOnce(url, tables);
    } catch (error) {
      if (!isUnreachable(error) || performance.now() >= expiresAt) throw toStoreError(error);
      if (!isWaiting) onWaiting(toStoreError(error));
      isWaiting = true;
      await sleep(RETRY_EVERY_MS);
    }
  }
}

async function prepareOnce(url: string, tables: Tables): Promise<string> {
  const database = openDatabase({ url, maxConnections: 2, deadlineMs: MIGRATION_DEADLINE_MS });
  try {
    await inspectServer(database);
    return await migrate(database, tables, MIGRATION_DEADLINE_MS);
  } finally {
    await database.close();
  }
}
