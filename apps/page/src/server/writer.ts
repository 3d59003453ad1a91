import { createEventTrackerClient, type EventTrackerClient } from '@event-tracker/client';
import { key } from './key.ts';
import { SERVER_URL, send } from './tracker.ts';

/** Creates the tracker of this page's server for calls that change events. Failures are reported immediately. */
export function createWriter(): EventTrackerClient {
  return createEventTrackerClient({ url: SERVER_URL, key: key.peek(), fetch: send, retryForMs: 0 });
}
