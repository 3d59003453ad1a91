import { join } from 'node:path';
import type { Event } from '@event-tracker/core';
import { BEFORE_ALL, type EventStorePort } from '@event-tracker/core/store';
import { describe, expect, test } from 'vitest';
import { useTemporaryFolder } from '../test/support/temporary-folder.ts';
import { createSqliteEventStore } from './index.ts';

const eventOf = (n: number, payload = {}): Event => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  event_type: 'test',
  timestamp: '2025-01-01T12:00:00Z',
  payload,
});

const folder = useTemporaryFolder();
let files = 0;
const openStore = () => createSqliteEventStore({ path: join(folder, `${files++}.sqlite`) });

async function arrivalsIn(store: EventStorePort): Promise<readonly Event[]> {
  return (await store.readAfter({ after: BEFORE_ALL, limit: 1_000 })).map(({ event }) => event);
}

// Inserted by several statements of 200 rows, and one by one.
const EVENTS: readonly Event[] = Array.from({ length: 450 }, (_, n) => eventOf(n));

describe.each([0, 199, 250, 449])('a large append whose event %i is known', (index) => {
  const known = eventOf(index);

  test('stores the others in their order, and reports a duplicate', async () => {
    const store = await openStore();
    await store.append([[known]]);
    const [outcome] = await store.append([EVENTS]);
    expect(outcome).toEqual({ results: EVENTS.map((event, n) => ({ event, stored: n !== index })) });
    expect(await arrivalsIn(store)).toEqual([known, ...EVENTS.filter((_, n) => n !== index)]);
    await store.close();
  });

  test('stores none of a batch in conflict, and all of its neighbours', async () => {
    const store = await openStore();
    await store.append([[known]]);
    const conflicting = EVENTS.with(index, eventOf(index, { other: true }));
    const [before, after] = [eventOf(1_000), eventOf(1_001)];
    const outcomes = await store.append([[before], conflicting, [after]]);
    expect(outcomes.map((outcome) => Object.keys(outcome)[0])).toEqual(['results', 'conflicts', 'results']);
    expect(await arrivalsIn(store)).toEqual([known, before, after]);
    await store.close();
  });
});

test('stores an event that is repeated in a large append once', async () => {
  const store = await openStore();
  const [outcome] = await store.append([[...EVENTS, eventOf(7)]]);
  expect(outcome && 'results' in outcome && outcome.results.filter(({ stored }) => !stored)).toHaveLength(1);
  expect(await arrivalsIn(store)).toEqual(EVENTS);
  await store.close();
});
