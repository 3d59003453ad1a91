import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { createEventTracker } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { byEffort } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { events } from './support/events.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

/** Maximum number of events that retention deletes in one step. */
const MAX_STEP = 100;
/** The step that runs when the append is called, and one that can start before the append returns. */
const MAX_STEPS_WAITED = 2;

const folder = useTemporaryFolder();

test('an append waits for at most two small steps of retention', async ({ annotate }) => {
  const store = await createSqliteEventStore({ path: join(folder, 'retention.sqlite') });
  const expired = byEffort({ quick: 10_000, full: 30_000, long: 30_000 });
  for (let batch = 0; batch < expired / 10_000; batch++) {
    await appendBatch(store, events(10_000, { event_type: 'old', timestamp: '2020-01-01T00:00:00Z' }));
  }
  const steps: number[] = [];
  const recording: EventStorePort = {
    ...store,
    delete: (ids) => {
      steps.push(ids.length);
      return store.delete(ids);
    },
  };
  const tracker = createEventTracker({ store: recording, retention: [{ event_type: ['old'], days: 30 }] });
  let isOver = false;
  const deleted = tracker.deleteExpired().finally(() => {
    isOver = true;
  });
  const stepsWaited: number[] = [];
  const waits: number[] = [];
  while (!isOver) {
    const [begunAt, stepsBefore] = [performance.now(), steps.length];
    await appendBatch(store, events(1, { event_type: 'new' }));
    stepsWaited.push(steps.length - stepsBefore);
    waits.push(performance.now() - begunAt);
    await sleep(1);
  }
  expect(await deleted).toBe(expired);
  await store.close();

  expect(Math.max(...steps)).toBe(MAX_STEP);
  expect(stepsWaited.length, 'appends meanwhile').toBeGreaterThan(20);
  expect(Math.max(...stepsWaited)).toBeLessThanOrEqual(MAX_STEPS_WAITED);
  waits.sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.floor(share * (waits.length - 1))] ?? 0;
  await annotate(`${waits.length} appends: median ${at(0.5).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms`);
});
