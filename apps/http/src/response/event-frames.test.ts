import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { FollowedItem } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { writeFrames } from './event-frames.ts';

const FOLLOWERS = 100;
/** Longer than a slice of writing. */
const WAIT_MS = 10;
const EVENT = { id: '0', event_type: 'a', timestamp: '2025-01-01T00:00:00Z', payload: {} };

type Item = IteratorYieldResult<FollowedItem>;

test('writes an event to many followers that wait for it in a few turns of the event loop', async () => {
  const arrival = Promise.withResolvers<Item>();
  let written = 0;
  const texts = Array.from({ length: FOLLOWERS }, async () => {
    const steps = [arrival.promise, new Promise<Item>(() => {})];
    const items = { next: () => steps.shift() ?? expect.fail('reads ahead of the client') };
    const observer = { setUpToDate: () => {}, delivered: () => {} };
    const { value } = await writeFrames(items, 'p0', { heartbeatMs: 60_000, observer }).next();
    written++;
    return value;
  });
  await sleep(WAIT_MS);

  arrival.resolve({ done: false, value: { position: 'p1', event: EVENT } });
  let turns = 0;
  for (; written < FOLLOWERS; turns++) await nextTurn();
  expect(turns).toBeLessThan(10);
  expect(new Set(await Promise.all(texts))).toEqual(new Set([`id: p1\ndata: ${JSON.stringify(EVENT)}\n\n`]));
});
