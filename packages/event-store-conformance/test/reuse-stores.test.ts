import { appendBatch } from '@event-tracker/core/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Behaviour, EventStoreHarness } from '../src/harness.ts';
import { find } from '../src/reading.ts';
import { type BehaviourRunner, reuseStores } from '../src/run-behaviour.ts';
import { createNaiveHarness } from './naive-event-store.ts';

const SEED = 1;

/** Stores events after checking that there are none. */
const storing =
  (events: number): Behaviour =>
  async ({ store, anEvent }) => {
    expect(await find(store)).toEqual([]);
    await appendBatch(
      store,
      Array.from({ length: events }, () => anEvent()),
    );
  };

describe('reuseStores', () => {
  let opened: string[];
  let deleted: string[];
  let runner: BehaviourRunner;
  beforeEach(() => {
    opened = [];
    deleted = [];
    const naive = createNaiveHarness();
    const harness: EventStoreHarness = {
      ...naive,
      open: (place) => {
        opened.push(place);
        return naive.open(place);
      },
      delete: (place) => {
        deleted.push(place);
      },
    };
    runner = reuseStores(harness);
  });
  afterEach(async () => {
    await runner.close();
    expect(deleted.toSorted()).toEqual([...new Set(opened)].toSorted());
  });

  test('runs behaviours on one store without the events of the previous one', async () => {
    for (const events of [0, 1, 20]) await runner.run(storing(events), SEED);
    expect(opened).toHaveLength(1);
  });

  test.each<[string, Behaviour]>([
    ['has left many events', storing(5_000)],
    ['has closed its store', ({ store }) => store.close()],
    [
      'has opened its store again',
      async ({ store, reopen }) => {
        await store.close();
        await reopen();
      },
    ],
    [
      'has opened a second store',
      async ({ share }) => {
        await share();
      },
    ],
    ['has failed', () => Promise.reject(new Error('failed'))],
  ])('opens a new store after a behaviour that %s', async (_, behaviour) => {
    await runner.run(behaviour, SEED).catch(() => {});
    const before = new Set(opened);
    await runner.run(storing(1), SEED);
    expect(new Set(opened).size).toBe(before.size + 1);
  });

  test('rejects if the behaviour rejects', async () => {
    await expect(runner.run(() => Promise.reject(new Error('failed')), SEED)).rejects.toThrow('failed');
  });
});
