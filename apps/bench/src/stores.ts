import { createClickHouseEventStore } from '@event-tracker/adapters-clickhouse';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createPostgresEventStore } from '@event-tracker/adapters-postgres';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import type { EventStorePort, StoreDeadlines } from '@event-tracker/core/store';
import { appendBatch } from '@event-tracker/core/store';
import { eventsFrom } from './events.ts';
import { newTemporaryFolder } from './temporary-folder.ts';

const BATCH = 10_000;

/** Creates a memory store that is never full. */
export function createRoomyMemoryStore(deadlines: Partial<StoreDeadlines> = {}): EventStorePort {
  return createMemoryEventStore({ maxEvents: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY, deadlines });
}

/** Opens a new store: `memory`, `sqlite`, or the database at a URL, in which the store has a name. */
export async function openStore(kind: string, name: string): Promise<EventStorePort> {
  if (kind === 'memory') return createRoomyMemoryStore();
  if (kind === 'sqlite') return createSqliteEventStore({ path: `${newTemporaryFolder()}/events.sqlite` });
  if (kind.startsWith('clickhouse:')) return createClickHouseEventStore({ url: new URL(name, kind).href });
  return createPostgresEventStore({ url: kind, schema: name });
}

/** Appends a number of events to a store. */
export async function fillStore(store: EventStorePort, events: number): Promise<void> {
  for (let start = 0; start < events; start += BATCH) {
    await appendBatch(store, eventsFrom(start, Math.min(BATCH, events - start)));
  }
}
