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

/** The progress of the migration of a store. */
export interface MigrationProgress {
  /** Events moved since the server was started. */
  readonly moved: number;
  /** The share of all events that are moved, from 0 to 1. */
  readonly share: number;
}

/** Receives events of a store. */
export interface StoreObserver {
  readonly groupCommit: GroupCommitObserver;
  /** Called when the server waits for a store that is not reachable. */
  readonly onWaiting: (reason: Error) => void;
  /** Called when the file of the store is open. */
  readonly onOpened: (file: { readonly isNew: boolean; readonly damage: string | undefined }) => void;
  /** Receives the progress of a migration, from its start until the store is open. */
  readonly onMigrating: (progress: MigrationProgress) => void;
}

/** A kind of store that the server supports. */
export interface StoreKind {
  /** The name in `/readyz`. */
  readonly name: string;
  /** True if an EVENT_STORE names this kind. Its adapter checks the rest. */
  accepts(eventStore: string): boolean;
  /** The form of EVENT_STORE, for error messages. */
  readonly example: string;
  /** Returns EVENT_STORE without secrets, for logs and responses. */
  redact(eventStore: string): string;
  /** Returns the file whose disk must have free space. */
  file?(eventStore: string): string;
  /**
   * Opens the store. Loads the adapter only here, because a database client takes longer to load than the rest of the server.
   *
   * @throws the adapter's error if the store cannot be opened
   */
  open(settings: StoreSettings, observer: StoreObserver): Promise<EventStorePort>;
}

/** The share of Node's heap for events. The rest is for requests. */
const HEAP_SHARE = 0.5;
const SQLITE = 'sqlite:';

const sqlitePath = (eventStore: string): string => eventStore.slice(SQLITE.length);
/**
 * True unless a path means something else elsewhere: SQLite's memory, a home folder, a URL or its parameters. As a path,
 * each of them would create a file with a strange name.
 */
const isPlainPath = (path: string): boolean => path !== '' && !/^(:|~|file:|\/\/)|\?[\w.-]+=/.test(path);
const unchanged = (eventStore: string): string => eventStore;

/** All kinds of stores. */
export const STORE_KINDS: readonly StoreKind[] = [
  {
    name: 'memory',
    accepts: (eventStore) => eventStore === 'memory:',
    example: 'memory:',
    redact: unchanged,
    open: async ({ memoryMaxEvents, memoryMaxBytes }, { groupCommit }) => {
      const { createMemoryEventStore } = await import('@event-tracker/adapters-memory');
      return createMemoryEventStore({
        maxEvents: memoryMaxEvents,
        maxBytes: memoryMaxBytes ?? Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE),
        groupCommitObserver: groupCommit,
      });
    },
  },
  {
    name: 'sqlite',
    accepts: (eventStore) => eventStore.startsWith(SQLITE) && isPlainPath(sqlitePath(eventStore)),
    example: 'sqlite:./data/events.sqlite',
    redact: unchanged,
    file: sqlitePath,
    open: async ({ eventStore }, { groupCommit, onOpened, onMigrating }) => {
      const { createSqliteEventStore } = await import('@event-tracker/adapters-sqlite');
      const path = sqlitePath(eventStore);
      return createSqliteEventStore({ path, groupCommitObserver: groupCommit, onOpened, onMigrating });
    },
  },
  {
    name: 'postgres',
    accepts: (eventStore) => /^postgres(ql)?:\/\//.test(eventStore) && URL.canParse(eventStore),
    example: 'postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    redact: redactUrl,
    open: async ({ eventStore }, { groupCommit, onWaiting }) => {
      const { createPostgresEventStore } = await import('@event-tracker/adapters-postgres');
      return createPostgresEventStore({ url: eventStore, groupCommitObserver: groupCommit, onWaiting });
    },
  },
  {
    name: 'clickhouse',
    accepts: (eventStore) => eventStore.startsWith('clickhouse://') && URL.canParse(eventStore),
    example: 'clickhouse://USER:PASSWORD@HOST:PORT/DATABASE',
    redact: redactUrl,
    open: async ({ eventStore }, { groupCommit, onWaiting }) => {
      const { createClickHouseEventStore } = await import('@event-tracker/adapters-clickhouse');
      return createClickHouseEventStore({ url: eventStore, groupCommitObserver: groupCommit, onWaiting });
    },
  },
];

/** Returns the kind of store that an EVENT_STORE names, if any. */
export function storeKindOf(eventStore: string): StoreKind | undefined {
  return STORE_KINDS.find((kind) => kind.accepts(eventStore));
}

/** Returns the forms of EVENT_STORE, for error messages. */
export function storeExamples(): string {
  const examples = STORE_KINDS.map(({ example }) => example);
  return `${examples.slice(0, -1).join(', ')} or ${examples.at(-1)}`;
}
