import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Tables } from '../sql/tables.ts';
import type { Database, Quorum } from './database.ts';
import type { Deadline } from './deadline.ts';

/** The statements were tried on version 26 alone. */
const OLDEST_VERSION = 26;

/**
 * Makes sure that the server can keep what the store promises.
 *
 * @throws StoreUnavailableError naming what stands in the way
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
  if (replicas < least) throw refuse(`the quorum is of ${least} replicas at least, a shard has ${replicas}`);
}

/** Finds how many replicas the shard has that has the fewest; nothing where there is no such cluster. */
function selectReplicas(nameSql: string): string {
  return `
    SELECT toUInt32(count()) AS replicas FROM system.clusters WHERE cluster = ${nameSql}
    GROUP BY shard_num ORDER BY replicas LIMIT 1`;
}

function refuse(problem: string): Error {
  return createStoreUnavailableError(`ClickHouse cannot serve as a store: ${problem}`);
}
