import { setTimeout as sleep } from 'node:timers/promises';
import type { Tables } from '../sql/tables.ts';
import type { Database, Quorum } from './database.ts';
import { startDeadline } from './deadline.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { isAway, toStoreError } from './store-error.ts';

/** Time for a migration: on a cluster every server has to do its part. */
const MIGRATION_DEADLINE_MS = 600_000;
const RETRY_EVERY_MS = 250;

/**
 * Sees to it that the server can serve, and that the schema is up to date. A server that cannot be reached yet, as when
 * both start together, is waited for.
 *
 * @returns the identity of the store
 */
export async function prepareSchema(
  database: Database,
  tables: Tables,
  quorum: Quorum | undefined,
  openTimeoutMs: number,
): Promise<string> {
  const expiresAt = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      await inspectServer(database, tables, quorum, startDeadline(openTimeoutMs));
      return await migrate(database, tables, startDeadline(MIGRATION_DEADLINE_MS));
    } catch (error) {
      if (!isAway(error) || performance.now() >= expiresAt) throw toStoreError(error);
      await sleep(RETRY_EVERY_MS);
    }
  }
}
