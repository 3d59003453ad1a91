import type {
  AnyEvents,
  EventSchemaOptions,
  EventSchemas,
  JsonPayloads,
  PayloadsOf,
} from '@event-tracker/core/schemas';
import { createClient, type EventTrackerClient, type EventTrackerClientOptions } from './client.ts';
import { createEventQueue } from './queue/event-queue.ts';

/**
 * Creates a tracker on a server. Its errors are those of core, and for failures that only HTTP has, `RequestError` and
 * `UnexpectedResponseError`. A server that cannot be reached is a `StoreUnavailableError`.
 *
 * @throws TypeError if an option is invalid
 * @example
 * const tracker = createEventTrackerClient({ url: 'http://127.0.0.1:8080' });
 * await tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } });
 */
export function createEventTrackerClient<const Schemas extends EventSchemas>(
  options: EventTrackerClientOptions & EventSchemaOptions<Schemas>,
): EventTrackerClient<PayloadsOf<Schemas>>;
export function createEventTrackerClient<Events extends JsonPayloads<Events> = AnyEvents>(
  options: EventTrackerClientOptions,
): EventTrackerClient<Events>;
export function createEventTrackerClient(
  options: EventTrackerClientOptions & Partial<EventSchemaOptions<EventSchemas>>,
): EventTrackerClient {
  return createClient(options, createEventQueue);
}
