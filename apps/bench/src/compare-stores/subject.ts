import type { ClickHouseClient } from '@clickhouse/client';
import type { EventStorePort, StoreDeadlines } from '@event-tracker/core/store';

/** A store that is measured. */
export interface Subject {
  readonly store: EventStorePort;
  /** Bytes of the disk that its events take, where they take any. */
  readonly countBytes?: () => Promise<number>;
  /** What the processes of its database have taken of the processor so far, in milliseconds, where it has any. */
  readonly countCpuMs?: () => number;
  /** The client below the store, where it is measured beside the store. */
  readonly client?: ClickHouseClient;
  /** Closes the store and whatever was opened with it. */
  readonly close: () => Promise<void>;
}

/** Where the tables are: a schema of PostgreSQL, a database of ClickHouse. */
export const DATABASE = 'bench';

/** Long enough for whatever is asked of ten million events on a busy machine. */
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
