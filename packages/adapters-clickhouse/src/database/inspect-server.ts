import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Tables } from '../sql/tables.ts';
import type { Database, Quorum } from './database.ts';
import type { Deadline } from './deadline.ts';

/** The statements are tested only on version 26. */
const OLDEST_VERSION = 26;

/**
 * Checks that the server can provide the guarantees of the store.
 *
 * @throws StoreUnavailableError with the problem
 */
export async function inspectServer(
  database: Database,
  { cluster }: Tables,
  quorum: Quorum | undefined,
  deadline: Deadline,
): Promise<void> {
  const [server] = await database.select<{ readonly version: string }>('SELECT version() AS version', deadline);
  const version = server?.version ?? '';
  if (!(Number.parseInt(version, 10) >= OLDEST_VERSION)) {
    throw refuse(`expected version ${OLDEST_VERSION} or newer, found ${version}`);
  }
  if (!cluster || quorum === undefined) return;
  const [shard] = await database.select<{ readonly replicas: number }>(selectReplicas(cluster.nameSql), deadline);
  const least = quorum === 'auto' ? 2 : quorum;
  const replicas = shard?.replicas ?? 0;
  if (replicas < least) throw refuse(`the quorum requires at least ${least} replicas of each shard, found ${replicas}`);
}

/** Returns the number of replicas of the smallest shard; `undefined` if the cluster does not exist. */
function selectReplicas(nameSql: string): string {
  return `
    SELECT toUInt32(count()) AS replicas FROM system.clusters WHERE cluster = ${nameSql}
    GROUP BY shard_num ORDER BY replicas LIMIT 1`;
}

function refuse(problem: string): Error {
  return createStoreUnavailableError(`ClickHouse cannot serve as a store: ${problem}`);
}
