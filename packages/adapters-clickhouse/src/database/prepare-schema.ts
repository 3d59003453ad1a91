import { openWhenReachable } from '@event-tracker/core/store';
import type { Tables } from '../sql/tables.ts';
import type { Database, Quorum } from './database.ts';
import { startDeadline } from './deadline.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { isUnreachable, toStoreError } from './store-error.ts';

/** Time for a migration, which runs on each server of a cluster. */
const MIGRATION_DEADLINE_MS = 600_000;

/**
 * Checks the server and migrates the schema. Waits for a server that is not reachable.
 *
 * @param timeoutMs how long to wait
 * @param onWaiting receives, once, the reason why the server is not reachable
 * @returns the identity of the store
 */
export function prepareSchema(
  database: Database,
  tables: Tables,
  quorum: Quorum | undefined,
  timeoutMs: number,
  onWaiting?: (reason: Error) => void,
): Promise<string> {
  async function prepareOnce(): Promise<string> {
    await inspectServer(database, tables, quorum, startDeadline(timeoutMs));
    return migrate(database, tables, startDeadline(MIGRATION_DEADLINE_MS));
  }
  return openWhenReachable(prepareOnce, { timeoutMs, isUnreachable, toStoreError, onWaiting });
}
