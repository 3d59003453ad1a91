import { openWhenReachable } from '@event-tracker/core/store';
import type { Tables } from '../sql/tables.ts';
import { openDatabase } from './database.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { isUnreachable, toStoreError } from './store-error.ts';

/** Time for a migration, including the wait for another server's. An index of a billion rows needs almost an hour. */
const MIGRATION_DEADLINE_MS = 7_200_000;

/**
 * Checks the server and migrates the schema. Waits for a server that is not reachable.
 *
 * @param timeoutMs how long to wait
 * @param onWaiting receives, once, the reason why the server is not reachable
 * @returns the identity of the store
 */
export function prepareSchema(
  url: string,
  tables: Tables,
  timeoutMs: number,
  onWaiting?: (reason: Error) => void,
): Promise<string> {
  return openWhenReachable(() => prepareOnce(url, tables), { timeoutMs, isUnreachable, toStoreError, onWaiting });
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
