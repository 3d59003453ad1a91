import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';

/** The oldest version that the PostgreSQL project still supports. */
const OLDEST_VERSION = 14;

interface ServerRow {
  readonly version: number;
  readonly encoding: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly is_standby: boolean;
}

/**
 * Checks that the server can provide the guarantees of the store.
 *
 * @throws StoreUnavailableError with the first problem
 */
export async function inspectServer(database: Database): Promise<void> {
  const [server] = await database.run((session) => session.query<ServerRow>({ text: SELECT_SERVER }));
  const problem = server && findProblem(server);
  if (problem !== undefined) throw createStoreUnavailableError(`PostgreSQL cannot serve as a store: ${problem}`);
}

function findProblem({ version, encoding, fsync, synchronous_commit, is_standby }: ServerRow): string | undefined {
  if (version < OLDEST_VERSION * 10_000) {
    return `expected version ${OLDEST_VERSION} or newer, found ${Math.floor(version / 10_000)}`;
  }
  if (encoding !== 'UTF8') return `expected a database with the encoding UTF8, found ${encoding}`;
  if (is_standby) return 'it is a standby, which accepts no changes';
  // With fsync off, power loss can corrupt the whole database.
  if (fsync !== 'on') return 'fsync is off, so a crash can lose acknowledged events; set fsync = on';
  if (synchronous_commit !== 'on') return `synchronous_commit cannot be set to on; it is ${synchronous_commit}`;
  return undefined;
}

const SELECT_SERVER = `
  SELECT current_setting('server_version_num')::integer AS version,
    current_setting('server_encoding') AS encoding,
    current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS synchronous_commit,
    pg_is_in_recovery() AS is_standby`;
