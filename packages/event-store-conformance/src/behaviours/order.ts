import type { Event } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core/store';
import { changed, EARLIEST, type EventBuilder, LATEST } from '../event-builder.ts';
import { expectSameEvents } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { createModel } from '../model.ts';
import { find, NO_LIMIT, ORDERS } from '../reading.ts';

export const order = {
  'returns events in ascending time, regardless of their order of arrival': async ({ store, anEvent, random }) => {
    const events = eventsInTime(anEvent);
    const shuffled = random.shuffle(events);
    await appendBatch(store, shuffled.slice(0, 5));
    await appendBatch(store, shuffled.slice(5));
    expectSameEvents(await find(store, { order: 'asc' }), events);
  },

  'returns events in descending time on request': async ({ store, anEvent, random }) => {
    const events = eventsInTime(anEvent);
    await appendBatch(store, random.shuffle(events));
    expectSameEvents(await find(store, { order: 'desc' }), events.toReversed());
    expectSameEvents(await find(store, { order: 'desc', limit: 4 }), events.toReversed().slice(0, 4), 'the last four');
  },

  'returns events of one instant ordered by id': async ({ store, anEvent, random }) => {
    const events = eventsOfAnInstant(anEvent);
    const shuffled = random.shuffle(events);
    await appendBatch(store, shuffled.slice(0, 4));
    await appendBatch(store, shuffled.slice(4));
    expectSameEvents(await find(store, { order: 'asc' }), events, 'ascending');
    expectSameEvents(await find(store, { order: 'desc' }), events.toReversed(), 'descending');
  },

  'returns filtered events in order': async ({ store, anEvent, random }) => {
    const events = [...eventsInTime(anEvent), ...eventsOfAnInstant(anEvent)].map((event, index) =>
      changed(event, { event_type: `type ${index % 3}` }),
    );
    await appendBatch(store, random.shuffle(events));
    const filter = { event_type: ['type 2', 'type 0'], start: epochNanosecondsOf('1970-01-01T00:00:00Z') };
    for (const order of ORDERS) {
      const expected = createModel(events).page({ filter, order, limit: NO_LIMIT });
      expectSameEvents(await find(store, { filter, order }), expected, order);
    }
  },
} satisfies Behaviours;

/** Events in ascending time. The order would differ by text, milliseconds, doubles or unsigned integers. */
function eventsInTime(anEvent: EventBuilder): Event[] {
  const second = epochNanosecondsOf('2025-01-01T12:00:00Z');
  const within = [0n, 1n, 2n, 999n, 1_000n, 1_000_000n, 1_000_001n, 500_000_000n, 999_999_999n];
  return [
    EARLIEST,
    '1900-01-01T00:00:00.000000001Z',
    '1969-12-31T23:59:59.999999999Z',
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:00.000000001Z',
    ...within.map((nanoseconds) => formatTimestamp(second + nanoseconds)),
    '2025-01-01T12:00:01Z',
    '2262-04-11T23:47:16.854775806Z',
    LATEST,
  ].map((timestamp) => anEvent({ timestamp }));
}

/** Events in ascending order of their ids as text. The order would differ by halves, versions, or numbers of either byte order. */
function eventsOfAnInstant(anEvent: EventBuilder): Event[] {
  return [
    '00000000-0000-4000-bfff-ffffffffffff',
    '00000000-0000-7000-8000-000000000001',
    '00000000-ffff-1000-8000-000000000000',
    '00000001-0000-4000-8000-000000000000',
    '7fffffff-ffff-4fff-bfff-ffffffffffff',
    '80000000-0000-4000-8000-000000000000',
    '9f000000-0000-4000-8000-000000000002',
    'a0000000-0000-4000-8000-000000000001',
    'ff000000-0000-1000-9000-0000000000ff',
    'ffffffff-ffff-4fff-bfff-fffffffffffe',
  ].map((id) => anEvent({ id, timestamp: '2025-01-01T12:00:00.5Z' }));
}
