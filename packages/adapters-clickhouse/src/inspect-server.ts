import { createStoreUnavailableError } from '@event-tracker/core';
import type { Database } from './database.ts';
import type { Deadline } from './deadline.ts';

/** The oldest version with all that the statements are made of. */
const OLDEST_VERSION = 25;

/**
 * Makes sure that the server understands the statements.
 *
 * @throws StoreUnavailableError naming what stands in the way
 */
export async function inspectServer(database: Database, deadline: Deadline): Promise<void> {
  const [server] = await database.select<{ readonly version: string }>('SELECT version() AS version', deadline);
  const version = server?.version ?? '';
  if (Number.parseInt(version, 10) >= OLDEST_VERSION) return;
  throw createStoreUnavailableError(
    `ClickHouse cannot serve as a store: expected version ${OLDEST_VERSION} or newer, found ${version}`,
  );
}
