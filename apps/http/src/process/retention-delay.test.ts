import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createEventTracker } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { findClockLead } from './retention-delay.ts';

const NOW = Date.UTC(2025, 5, 1);
const RETENTION = [{ event_type: ['debug'], days: 7 }, { days: 30 }];

async function leadWith(ages: readonly number[], retention = RETENTION): Promise<number | undefined> {
  const tracker = createEventTracker({ store: createMemoryEventStore() });
  for (const days of ages) {
    const timestamp = new Date(NOW - days * 86_400_000).toISOString();
    await tracker.submit({ event_type: 'other', timestamp, payload: {} });
  }
  return findClockLead(tracker, retention, NOW);
}

describe('findClockLead', () => {
  test.each<[string, readonly number[], number | undefined]>([
    ['is undefined without events', [], undefined],
    ['is undefined if the newest event is younger than the shortest rule keeps', [6.9, 400], undefined],
    ['is the age of the newest event in days if it is older', [7.1, 400], 7],
    ['ignores events in the future', [400.5, -10], 400],
  ])('%s', async (_, ages, expected) => {
    expect(await leadWith(ages)).toBe(expected);
  });

  test('allows a day without events if a rule keeps events for less', async () => {
    const retention = [{ days: 0.001 }];
    expect(await leadWith([0.9], retention)).toBeUndefined();
    expect(await leadWith([1.1], retention)).toBe(1);
  });
});
