import type { ClickHouseClient } from '@clickhouse/client';
import type { EventStorePort, StoreDeadlines } from '@event-tracker/core/store';

/** A store to measure. */
export interface Subject {
  readonly store: EventStorePort;
  /** Returns the number of bytes on disk; absent for a store that is not on disk. */
  readonly countBytes?: () => Promise<number>;
  /** Returns the CPU time of the database's processes so far, in milliseconds; absent for a store without processes. */
  readonly countCpuMs?: () => number;
  /** The client that the store uses, if the two are compared. */
  readonly client?: ClickHouseClient;
  /** Closes the store and everything that was opened with it. */
  readonly close: () => Promise<void>;
}

/** The name of the schema in PostgreSQL and of the database in ClickHouse. */
export const DATABASE = 'bench';

/** Long enough for every query of ten million events on a busy machine. */
const DEADLINE_MS = 600_000;
export const DEADLINES: StoreDeadlines = {
  appendMs: DEADLINE_MS,
  getMs: DEADLINE_MS,
  queryMs: DEADLINE_MS,
  aggregateMs: DEADLINE_MS,
  deleteMs: DEADLINE_MS,
  headMs: DEADLINE_MS,
  readAfterMs: DEADLINE_MS,
  pingMs: DEADLINE_MS,
};
