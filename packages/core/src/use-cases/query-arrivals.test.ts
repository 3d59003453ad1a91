import { describe, expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { isInvalidCursorError, isInvalidQueryError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import { appendBatch } from '../store/append-batch.ts';
import { queryArrivalPage } from './query-arrivals.ts';

/** Returns event number n, a minute before event n - 1; every second event is a login. */
function eventAt(index: number): Event {
  const timestamp = new Date(Date.UTC(2025, 0, 1) - index * 60_000).toISOString();
  const id = `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
  return { id, event_type: index % 2 === 0 ? 'login' : 'logout', timestamp, payload: { index } };
}

const EVENTS = Array.from({ length: 2_500 }, (_, index) => eventAt(index));
const ARRIVAL = { order: 'arrival' } as const;

describe('queryArrivalPage', () => {
  test('pages through events in order of arrival, and always returns a next position', async () => {
    const store = createStubEventStore(EVENTS.slice(0, 10));
    const first = await queryArrivalPage({ store }, { ...ARRIVAL, limit: 7 });
    const second = await queryArrivalPage({ store }, { ...ARRIVAL, limit: 7, after: first.next });
    const third = await queryArrivalPage({ store }, { ...ARRIVAL, limit: 7, after: second.next });
    expect([first.events, second.events, third.events]).toEqual([EVENTS.slice(0, 7), EVENTS.slice(7, 10), []]);
    expect(third.next).toBe(second.next);
    await appendBatch(store, [eventAt(10)]);
    const fourth = await queryArrivalPage({ store }, { ...ARRIVAL, limit: 7, after: third.next });
    expect(fourth.events).toEqual([eventAt(10)]);
  });

  test('skips events that do not match, and continues after them', async () => {
    const store = createStubEventStore(EVENTS.slice(0, 101));
    const found: Event[] = [];
    let after = 'start';
    for (const size of [20, 20, 11, 0]) {
      const page = await queryArrivalPage({ store }, { ...ARRIVAL, event_type: 'login', limit: 20, after });
      expect(page.events).toHaveLength(size);
      found.push(...page.events);
      after = page.next;
    }
    expect(found).toEqual(EVENTS.slice(0, 101).filter(({ event_type }) => event_type === 'login'));
    const none = await queryArrivalPage({ store }, { ...ARRIVAL, event_type: 'none' });
    expect(none).toEqual({ events: [], next: after });
  });

  test('continues with other filters from the same position', async () => {
    const store = createStubEventStore(EVENTS.slice(0, 10));
    const { next } = await queryArrivalPage({ store }, { ...ARRIVAL, event_type: 'login', limit: 2 });
    const page = await queryArrivalPage({ store }, { ...ARRIVAL, event_type: 'logout', after: next });
    expect(page.events.map(({ payload }) => payload.index)).toEqual([3, 5, 7, 9]);
  });

  test('begins after the last stored event with after=now', async () => {
    const store = createStubEventStore(EVENTS.slice(0, 10));
    const { events, next } = await queryArrivalPage({ store }, { ...ARRIVAL, after: 'now' });
    expect(events).toEqual([]);
    await appendBatch(store, [eventAt(10)]);
    expect((await queryArrivalPage({ store }, { ...ARRIVAL, after: next })).events).toEqual([eventAt(10)]);
  });

  test('returns 1,000 events by default', async () => {
    const { events } = await queryArrivalPage({ store: createStubEventStore(EVENTS) }, ARRIVAL);
    expect(events).toEqual(EVENTS.slice(0, 1_000));
  });

  test('returns fewer events than the limit if they are large', async () => {
    const large = EVENTS.slice(0, 400).map((event) => ({ ...event, payload: { text: 'x'.repeat(100_000) } }));
    const store = createStubEventStore(large);
    const first = await queryArrivalPage({ store }, ARRIVAL);
    expect(first.events.length).toBeGreaterThan(100);
    expect(first.events.length).toBeLessThan(300);
    const second = await queryArrivalPage({ store }, { ...ARRIVAL, after: first.next });
    expect([...first.events, ...second.events].slice(0, 300)).toEqual(large.slice(0, 300));
  });

  test('rejects a position of another store or beyond the last event, with the reason', async () => {
    const full = createStubEventStore(EVENTS.slice(0, 10));
    const { next } = await queryArrivalPage({ store: full }, ARRIVAL);
    const other = { ...createStubEventStore(EVENTS.slice(0, 10)), id: 'f'.repeat(32) };
    const rejectionBy = (store: typeof full) => queryArrivalPage({ store }, { ...ARRIVAL, after: next });
    await expect(rejectionBy(other)).rejects.toThrow(/belongs to another store/);
    await expect(rejectionBy(createStubEventStore(EVENTS.slice(0, 9)))).rejects.toThrow(/beyond the last event/);
    await expect(rejectionBy(other)).rejects.toSatisfy(isInvalidCursorError);
  });

  test.each([{ cursor: 'x' }, { limit: 0 }, { after: 1 }, { colour: 'red' }])(
    'rejects the query %o',
    async (members) => {
      const query = { ...ARRIVAL, ...members } as typeof ARRIVAL;
      await expect(queryArrivalPage({ store: createStubEventStore() }, query)).rejects.toSatisfy(isInvalidQueryError);
    },
  );
});
