import { getHeapStatistics } from 'node:v8';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createPostgresEventStore } from '@event-tracker/adapters-postgres';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import type { EventStorePort } from '@event-tracker/core';
import type { Config } from './config.ts';

/** Part of Node's heap that events may take; the rest is for requests under way. */
const HEAP_SHARE = 0.5;
const SQLITE = 'sqlite:';
const POSTGRES = /^postgres(ql)?:/;

/**
 * Opens the store that `EVENT_STORE` names.
 *
 * @throws the adapter's error where it cannot be opened
 */
export async function openStore({ eventStore, memoryMaxEvents, memoryMaxBytes }: Config): Promise<EventStorePort> {
  if (eventStore.startsWith(SQLITE)) return createSqliteEventStore({ path: eventStore.slice(SQLITE.length) });
  if (POSTGRES.test(eventStore)) return createPostgresEventStore({ url: eventStore });
  return createMemoryEventStore({
    maxEvents: memoryMaxEvents,
    maxBytes: memoryMaxBytes ?? Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE),
  });
}
