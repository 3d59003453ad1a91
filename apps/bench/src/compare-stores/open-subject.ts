import { statSync } from 'node:fs';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { createRoomyMemoryStore } from '../stores.ts';
import { openClickHouse } from './clickhouse-subject.ts';
import { openPostgres } from './postgres-subject.ts';
import { DEADLINES, type Subject } from './subject.ts';

/**
 * Opens a store to measure.
 *
 * @param given `memory`, `sqlite:PATH`, `postgres://…`, `clickhouse:PATH` or `clickhouse://…`
 */
export async function openSubject(given: string): Promise<Subject> {
  if (given === 'memory') {
    const store = createRoomyMemoryStore(DEADLINES);
    return { store, close: () => store.close() };
  }
  if (given.startsWith('sqlite:')) return openSqlite(given.slice('sqlite:'.length));
  return given.startsWith('clickhouse:') ? openClickHouse(given) : openPostgres(given);
}

async function openSqlite(path: string): Promise<Subject> {
  const store = await createSqliteEventStore({ path, deadlines: DEADLINES });
  return { store, countBytes: async () => statSync(path).size, close: () => store.close() };
}
