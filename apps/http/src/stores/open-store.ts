import { getHeapStatistics } from 'node:v8';
import type { EventStorePort, GroupCommitObserver } from '@event-tracker/core';
import type { Config } from '../settings/config.ts';

/** Part of Node's heap that events may take; the rest is for requests under way. */
const HEAP_SHARE = 0.5;
const SQLITE = 'sqlite:';
const POSTGRES = /^postgres(ql)?:/;
const CLICKHOUSE = 'clickhouse:';

/** Where `EVENT_STORE` has its file, if it is one. */
export function storeFile({ eventStore }: Pick<Config, 'eventStore'>): string | undefined {
  return eventStore.startsWith(SQLITE) ? eventStore.slice(SQLITE.length) : undefined;
}

/**
 * Opens the store that `EVENT_STORE` names. Only its adapter is loaded: a driver takes longer to load than the rest of
 * the server.
 *
 * @throws the adapter's error where it cannot be opened
 */
export async function openStore(
  { eventStore, memoryMaxEvents, memoryMaxBytes }: Config,
  groupCommitObserver: GroupCommitObserver,
): Promise<EventStorePort> {
  const path = storeFile({ eventStore });
  if (path !== undefined) {
    const { createSqliteEventStore } = await import('@event-tracker/adapters-sqlite');
    return createSqliteEventStore({ path, groupCommitObserver });
  }
  if (POSTGRES.test(eventStore)) {
    const { createPostgresEventStore } = await import('@event-tracker/adapters-postgres');
    return createPostgresEventStore({ url: eventStore, groupCommitObserver });
  }
  if (eventStore.startsWith(CLICKHOUSE)) {
    const { createClickHouseEventStore } = await import('@event-tracker/adapters-clickhouse');
    return createClickHouseEventStore({ url: eventStore, groupCommitObserver });
  }
  const { createMemoryEventStore } = await import('@event-tracker/adapters-memory');
  return createMemoryEventStore({
    maxEvents: memoryMaxEvents,
    maxBytes: memoryMaxBytes ?? Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE),
  });
}
