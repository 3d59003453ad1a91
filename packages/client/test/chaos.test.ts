import type { FollowedItem, NewEvent } from '@event-tracker/core';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEventTrackerClient } from '../src/index.ts';
import { type ChaosProxy, startChaosProxy } from './support/chaos-proxy.ts';
import { newEvents, readStored } from './support/events.ts';
import { useServer } from './support/server.ts';

/*
 * Clients behind a proxy that drops, delays, cuts and refuses at random: each event is stored once, and returned once.
 */

const EVENTS = byEffort({ quick: 1_000, full: 10_000, long: 10_000 });
/** At each failure in a row, a client waits for twice as long, so that a run has to wait for the batch that fails most often. */
const BATCHES = byEffort({ quick: 20, full: 50, long: 50 });
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const server = useServer();
let proxy: ChaosProxy;
beforeAll(async () => {
  proxy = await startChaosProxy(server.url, randomFrom(SEED));
});
afterAll(() => {
  proxy.close();
  for (const [fault, count] of Object.entries(proxy.counts)) expect(count, fault).toBeGreaterThan(0);
});

/** Returns a generator of pseudorandom numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function client() {
  const onRejected = (_: unknown, error: Error) => {
    throw error;
  };
  return createEventTrackerClient({ url: proxy.url, retryForMs: 60_000, onRejected });
}

const numbersOf = (events: readonly Pick<NewEvent, 'payload'>[]): number[] =>
  events.map(({ payload }) => Number(payload.n)).sort((a, b) => a - b);

async function expectStoredOnce(events: readonly NewEvent[]): Promise<void> {
  expect(numbersOf(await readStored(server.url, events[0] as NewEvent))).toEqual(numbersOf(events));
}

/** Calls a function for each item, several at a time. */
async function forEach<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

describe(`${EVENTS} events through a bad network (SEED=${SEED})`, { timeout: 300_000 }, () => {
  test('are stored once by submit', async () => {
    const events = newEvents(EVENTS / 5);
    const tracker = client();
    await forEach(events, 20, (event) => tracker.submit(event));
    await expectStoredOnce(events);
  });

  test('are stored once by submitAll', async () => {
    const events = newEvents(EVENTS);
    const size = EVENTS / BATCHES;
    const batches = Array.from({ length: BATCHES }, (_, n) => events.slice(n * size, (n + 1) * size));
    const tracker = client();
    await forEach(batches, 4, async (batch) => {
      const results = await tracker.submitAll(batch);
      expect(results.every(({ stored }) => stored)).toBe(true);
    });
    await expectStoredOnce(events);
  });

  test('are stored once by submitLater, and followed and queried once', async () => {
    const events = newEvents(EVENTS);
    const { event_type } = events[0] as NewEvent;
    const controller = new AbortController();
    const items = client().follow({ event_type }, { signal: controller.signal });
    await items.next();
    const followed = (async () => {
      const found: NewEvent[] = [];
      while (found.length < EVENTS) {
        const { value } = (await items.next()) as { value: FollowedItem };
        if (value.event) found.push(value.event);
      }
      return found;
    })();
    const tracker = client();
    for (const [n, event] of events.entries()) {
      tracker.submitLater(event);
      if (n % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await tracker.close();
    await expectStoredOnce(events);
    expect(numbersOf(await followed)).toEqual(numbersOf(events));
    controller.abort();

    const queried: NewEvent[] = [];
    for await (const event of client().query({ event_type })) queried.push(event);
    expect(numbersOf(queried)).toEqual(numbersOf(events));
  });
});
