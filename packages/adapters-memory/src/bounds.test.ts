import { createEventTracker, type JsonObject } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { estimateBytes } from './contents/estimate-bytes.ts';
import { createMemoryEventStore } from './index.ts';

const eventOf = (payload: JsonObject) => ({ event_type: 'bounded', timestamp: '2025-01-01T12:00:00Z', payload });
const PAGE = { filter: {}, order: 'asc', limit: 10 } as const;

describe('a memory store', () => {
  test('rejects a whole batch that exceeds maxEvents and keeps the stored events', async () => {
    const store = createMemoryEventStore({ maxEvents: 3 });
    const tracker = createEventTracker({ store });
    await tracker.submitAll([eventOf({ n: 1 }), eventOf({ n: 2 })]);
    await expect(tracker.submitAll([eventOf({ n: 3 }), eventOf({ n: 4 })])).rejects.toMatchObject({
      code: 'store_full',
    });
    expect(await store.query(PAGE)).toHaveLength(2);
    await tracker.submit(eventOf({ n: 3 }));
    await expect(tracker.submit(eventOf({ n: 4 }))).rejects.toMatchObject({ code: 'store_full' });
  });

  test('rejects an event that exceeds maxBytes and accepts a smaller one', async () => {
    const store = createMemoryEventStore({ maxBytes: 10_000 });
    const tracker = createEventTracker({ store });
    await expect(tracker.submit(eventOf({ text: 'x'.repeat(10_000) }))).rejects.toMatchObject({ code: 'store_full' });
    await tracker.submit(eventOf({ text: 'x' }));
    expect(await store.query(PAGE)).toHaveLength(1);
  });

  test('returns the stored event for a duplicate when it is full', async () => {
    const store = createMemoryEventStore({ maxEvents: 1 });
    const tracker = createEventTracker({ store });
    const stored = await tracker.submit(eventOf({ n: 1 }));
    await expect(tracker.submit(stored)).resolves.toEqual(stored);
  });
});

describe('estimateBytes', () => {
  const timestamp = '2025-01-01T12:00:00Z';
  const bytesOf = (payload: JsonObject): number => estimateBytes({ id: '', event_type: 'e', timestamp, payload });

  test('counts each character, number and member name', () => {
    const empty = bytesOf({});
    expect(bytesOf({ text: '漢'.repeat(1_000) }) - empty).toBeGreaterThan(2_000);
    expect(bytesOf({ [`name ${'n'.repeat(1_000)}`]: null }) - empty).toBeGreaterThan(1_000);
    const numbers = Array.from({ length: 100 }, (_, n) => n + 0.5);
    expect(bytesOf({ numbers }) - empty).toBeGreaterThan(100 * 24);
  });
});
