import { getHeapStatistics } from 'node:v8';
import type { EventStorePort, GroupCommitObserver } from '@event-tracker/core/store';
import { redactUrl } from '../telemetry/redact-url.ts';

/** The settings of stores. */
export interface StoreSettings {
  /** `memory:`, `sqlite:PATH` or a URL of PostgreSQL or ClickHouse, with its password. */
  readonly eventStore: string;
  readonly memoryMaxEvents: number;
  /** Default: half of the memory that Node can use. */
  readonly memoryMaxBytes: number | undefined;
}

/** A kind of store: all that the server knows of it. */
export interface StoreKind {
  /** True if an EVENT_STORE names this kind. Its adapter checks the rest. */
  accepts(eventStore: string): boolean;
  /** Its EVENT_STORE in error messages. */
  readonly example: string;
  /** Returns what logs and responses can show of its EVENT_STORE: nothing secret. */
  redact(eventStore: string): string;
  /** Returns the file in whose folder the disk must have room. */
  file?(eventStore: string): string;
  /**
   * Opens the store. Its adapter is loaded here: a driver takes longer to load than the rest of the server.
   *
   * @throws the adapter's error where the store cannot be opened
   */
  open(settings: StoreSettings, groupCommitObserver: GroupCommitObserver): Promise<EventStorePort>;
}

/** Part of Node's heap that events can have; the rest is for requests. */
const HEAP_SHARE = 0.5;
const SQLITE = 'sqlite:';

const sqlitePath = (eventStore: string): string => eventStore.slice(SQLITE.length);
const unchanged = (eventStore: string): string => eventStore;

/** Every kind of store that the server can have. */
export const STORE_KINDS: readonly StoreKind[] = [
  {
    accepts: (eventStore) => eventStore === 'memory:',
    example: 'memory:',
    redact: unchanged,
    open: async ({ memoryMaxEvents, memoryMaxBytes }) => {
      const { createMemoryEventStore } = await import('@event-tracker/adapters-memory');
      return createMemoryEventStore({
        maxEvents: memoryMaxEvents,
        maxBytes: memoryMaxBytes ?? Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE),
      });
    },
  },
  {
    accepts: (eventStore) => eventStore.startsWith(SQLITE) && sqlitePath(eventStore) !== '',
    example: 'sqlite:PATH',
    redact: unchanged,
    file: sqlitePath,
    open: async ({ eventStore }, groupCommitObserver) => {
      const { createSqliteEventStore } = await import('@event-tracker/adapters-sqlite');
      return createSqliteEventStore({ path: sqlitePath(eventStore), groupCommitObserver });
    },
  },
  {
    accepts: (eventStore) => /^postgres(ql)?:\/\//.test(eventStore) && URL.canParse(eventStore),
    example: 'postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    redact: redactUrl,
    open: async ({ eventStore }, groupCommitObserver) => {
      const { createPostgresEventStore } = await import('@event-tracker/adapters-postgres');
      return createPostgresEventStore({ url: eventStore, groupCommitObserver });
    },
  },
  {
    accepts: (eventStore) => eventStore.startsWith('clickhouse://') && URL.canParse(eventStore),
    example: 'clickhouse://USER:PASSWORD@HOST:PORT/DATABASE',
    redact: redactUrl,
    open: async ({ eventStore }, groupCommitObserver) => {
      const { createClickHouseEventStore } = await import('@event-tracker/adapters-clickhouse');
      return createClickHouseEventStore({ url: eventStore, groupCommitObserver });
    },
  },
];

/** Returns the kind of store that an EVENT_STORE names, if any. */
export function storeKindOf(eventStore: string): StoreKind | undefined {
  return STORE_KINDS.find((kind) => kind.accepts(eventStore));
}

/** Every way to write an EVENT_STORE, for error messages. */
export function storeExamples(): string {
  const examples = STORE_KINDS.map(({ example }) => example);
  return `${examples.slice(0, -1).join(', ')} or ${examples.at(-1)}`;
}
