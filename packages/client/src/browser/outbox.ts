import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';
import type { QueuedEvent } from '../queue/queued-event.ts';

/** An object store of IndexedDB. */
type Objects = Parameters<Parameters<UseStore>[1]>[0];

/** An event in the outbox. */
export interface OutboxEvent extends QueuedEvent {
  /** Begins with the id. Two events with one id have different keys. */
  readonly key: string;
}

/** The events of all tabs that are not confirmed, in IndexedDB, where they outlive their page. */
export interface Outbox {
  /** Resolves when the events are stored. */
  save(events: readonly OutboxEvent[]): Promise<void>;
  /** Returns a number of events, those with the smallest ids, which are the oldest where the client created the ids. */
  load(limit: number): Promise<readonly OutboxEvent[]>;
  keys(): Promise<readonly string[]>;
  delete(keys: readonly string[]): Promise<void>;
}

export function openOutbox(database: string): Outbox {
  const store = createStore(database, 'events');
  const change = (work: (objects: Objects) => void): Promise<void> =>
    store('readwrite', (objects) => {
      work(objects);
      // A page that is left now does not live until the transaction would commit by itself.
      objects.transaction.commit();
      return promisifyRequest(objects.transaction);
    });
  return {
    save: (events) =>
      change((objects) => {
        for (const event of events) objects.put(event, event.key);
      }),
    load: (limit) => store('readonly', (objects) => promisifyRequest<OutboxEvent[]>(objects.getAll(null, limit))),
    keys: () =>
      store('readonly', async (objects) => {
        const keys: readonly unknown[] = await promisifyRequest(objects.getAllKeys());
        return keys.map(String);
      }),
    delete: (deleted) =>
      change((objects) => {
        for (const key of deleted) objects.delete(key);
      }),
  };
}
