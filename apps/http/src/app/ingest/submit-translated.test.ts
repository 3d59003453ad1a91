import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createEventTracker } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { submitEach } from './submit-translated.ts';

const eventOf = (index: number, event_type: string) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  event_type,
  timestamp: '2025-01-01T12:00:00Z',
  payload: {},
});

test('reports the conflicts of a list and stores all others in two calls', async () => {
  const tracker = createEventTracker({ store: createMemoryEventStore() });
  let calls = 0;
  const counted: typeof tracker = {
    ...tracker,
    submitEvents: (...args) => {
      calls++;
      return tracker.submitEvents(...args);
    },
  };
  const indexes = Array.from({ length: 1_000 }, (_, index) => index);
  await tracker.submitEvents(indexes.filter((index) => index % 2 === 0).map((index) => eventOf(index, 'stored')));
  const inputs = indexes.map((index) => eventOf(index, 'sent'));
  const translation = { events: [], places: inputs.map(() => []), problems: new Map(), itemCount: inputs.length };
  const outcomes = await submitEach(counted, inputs, translation, {});
  expect(calls).toBe(2);
  expect(outcomes).toEqual(
    indexes.map((index) =>
      index % 2 === 0
        ? { problem: expect.objectContaining({ detail: expect.stringContaining(eventOf(index, '').id) }) }
        : { result: expect.objectContaining({ event: expect.objectContaining({ id: eventOf(index, '').id }) }) },
    ),
  );
});
