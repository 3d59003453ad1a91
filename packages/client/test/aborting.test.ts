import { createEventTrackerClient, type EventTrackerClient } from '@event-tracker/client';
import type { ReadOptions } from '@event-tracker/core';
import { expect, test } from 'vitest';

const READS: Readonly<Record<string, (tracker: EventTrackerClient, options: ReadOptions) => Promise<unknown>>> = {
  query: (tracker, options) => tracker.query({}, options).next(),
  queryPages: (tracker, options) => tracker.queryPages({}, options).next(),
  queryPage: (tracker, options) => tracker.queryPage({}, options),
  stats: (tracker, options) => tracker.stats({}, options),
  eventTypes: (tracker, options) => tracker.eventTypes(options),
  'deleteAll with dryRun': (tracker, options) =>
    tracker.deleteAll({ event_type: 'login' }, { ...options, dryRun: true }),
};

/** A server that never responds. */
const hangingFetch: typeof fetch = (_, init) =>
  new Promise((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
  });

test.each(Object.entries(READS))('ends %s with the reason of its signal', async (_, read) => {
  const tracker = createEventTrackerClient({ url: 'http://127.0.0.1:8080', fetch: hangingFetch });
  const controller = new AbortController();
  const reason = new Error('no longer needed');
  const rejected = expect(read(tracker, { signal: controller.signal })).rejects.toBe(reason);
  controller.abort(reason);
  await rejected;
});
