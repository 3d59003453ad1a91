// Exports for pages: a client whose queue outlives its page.

import type {
  AnyEvents,
  EventSchemaOptions,
  EventSchemas,
  JsonPayloads,
  PayloadsOf,
} from '@event-tracker/core/schemas';
import { createClient, type EventTrackerClient, type EventTrackerClientOptions } from '../client.ts';
import { createPersistentQueue } from './persistent-queue.ts';

/** Options of `createBrowserClient`. */
export interface BrowserClientOptions extends EventTrackerClientOptions {
  /** Name of the database in IndexedDB. Clients of an origin with the same name share it. Default: `event-tracker` and the URL. */
  readonly database?: string | undefined;
}

/**
 * Creates a client for a page. It has the interface of `createEventTrackerClient`; the events of `submitLater` are stored in
 * IndexedDB until the server confirms them, and one tab sends those of all tabs. What a closed page left is sent by the next page
 * that creates a client, and goes to its `onRejected` if the server refuses it. `close` with a signal leaves unconfirmed events in
 * the database.
 *
 * @example
 * const tracker = createBrowserClient({ url: 'https://events.example.com', key, onRejected: console.error });
 */
export function createBrowserClient<const Schemas extends EventSchemas>(
  options: BrowserClientOptions & EventSchemaOptions<Schemas>,
): EventTrackerClient<PayloadsOf<Schemas>>;
export function createBrowserClient<Events extends JsonPayloads<Events> = AnyEvents>(
  options: BrowserClientOptions,
): EventTrackerClient<Events>;
export function createBrowserClient(
  options: BrowserClientOptions & Partial<EventSchemaOptions<EventSchemas>>,
): EventTrackerClient {
  const { database = `event-tracker ${options.url}` } = options;
  return createClient(options, (queueOptions) => createPersistentQueue(database, queueOptions));
}
