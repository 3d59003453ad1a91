import type { Event } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { anEvent } from '../test/events.ts';
import { createAppendQueue } from './append-queue.ts';
import { decideAppends } from './decide-appends.ts';
import { createLock } from './lock.ts';

test('does the calls that wait together, each with an outcome of its own', async () => {
  const groups: number[] = [];
  const known = new Map<string, Event>();
  const lock = createLock();
  const append = createAppendQueue(lock, async (calls) => {
    groups.push(calls.length);
    const { outcomes, fresh } = decideAppends(calls, known);
    for (const event of fresh) known.set(event.id, event);
    return outcomes;
  });
  const [a, b] = [anEvent(), anEvent()];
  const isBusy = Promise.withResolvers<void>();
  void lock(() => isBusy.promise);
  const calls = [append([a]), append([{ ...a, payload: {} }]), append([a, b])];
  isBusy.resolve();
  expect(await Promise.allSettled(calls)).toMatchObject([
    { value: [{ stored: true }] },
    { reason: { code: 'event_id_conflict' } },
    { value: [{ stored: false }, { stored: true }] },
  ]);
  expect(groups).toEqual([3]);
});

test('fails all calls that were done together, and goes on', async () => {
  const away = new Error('away');
  let isAway = true;
  const append = createAppendQueue(createLock(), async (calls) => {
    if (isAway) throw away;
    return decideAppends(calls, new Map()).outcomes;
  });
  const outcomes = await Promise.allSettled([append([anEvent()]), append([anEvent()])]);
  expect(outcomes).toMatchObject([{ reason: away }, { reason: away }]);
  isAway = false;
  await expect(append([anEvent()])).resolves.toMatchObject([{ stored: true }]);
});
