import { createStore, delMany, getMany, keys, promisifyRequest } from 'idb-keyval';
import type { QueuedEvent } from '../queue/queued-event.ts';

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
  return {
    save: (events) =>
      store('readwrite', (objects) => {
        for (const event of events) objects.put(event, event.key);
        // A page that is left now does not live until the transaction would commit by itself.
        objects.transaction.commit();
        return promisifyRequest(objects.transaction);
      }),
    load: async (limit) => {
      const first = (await keys<string>(store)).slice(0, limit);
      const events = await getMany<OutboxEvent>(first, store);
      return events.filter((event) => event !== undefined);
    },
    keys: () => keys(store),
    delete: (deleted) => delMany([...deleted], store),
  };
}
