import { setTimeout as sleep } from 'node:timers/promises';
import type { Tables } from '../sql/tables.ts';
import type { Database, Quorum } from './database.ts';
import { startDeadline } from './deadline.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { isUnreachable, toStoreError } from './store-error.ts';

/** Time for a migration, which runs on each server of a cluster. */
const MIGRATION_DEADLINE_MS = 600_000;
const RETRY_EVERY_MS = 250;

/**
 * Checks the server and migrates the schema. Retries until `openTimeoutMs` while the server is not reachable, for example
 * because both start at the same time.
 *
 * @param onWaiting receives, once, the reason why the server is not reachable
 * @returns the identity of the store
 */
export async function prepareSchema(
  database: Database,
  tables: Tables,
  quorum: Quorum | undefined,
  openTimeoutMs: number,
  onWaiting: (reason: Error) => void = () => {},
): Promise<string> {
  let isWaiting = false;
  const expiresAt = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      await inspectServer(database, tables, quorum, startDeadline(openTimeoutMs));
      return await migrate(database, tables, startDeadline(MIGRATION_DEADLINE_MS));
    } catch (error) {
      if (!isUnreachable(error) || performance.now() >= expiresAt) throw toStoreError(error);
      if (!isWaiting) onWaiting(toStoreError(error));
      isWaiting = true;
      await sleep(RETRY_EVERY_MS);
    }
  }
}
