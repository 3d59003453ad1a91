import { expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import type { Event } from '../event/event.ts';
import { queryEventTypes } from './query-event-types.ts';

test('returns every type with its count and its first and last timestamp, ordered by code point', async () => {
  const events = [
    ['b', '2025-01-01T12:00:00.000000002Z'],
    ['\u{1f600}', '1900-01-01T00:00:00Z'],
    ['b', '2025-01-01T12:00:00.000000001Z'],
    ['\uffff', '2262-04-11T23:47:16.854775807Z'],
    ['B', '1969-12-31T23:59:59.999999999Z'],
  ].map(
    ([event_type = '', timestamp = ''], index): Event => ({
      id: `017f22e2-79b0-7cc3-98c4-00000000000${index}`,
      event_type,
      timestamp,
      payload: {},
    }),
  );
  expect(await queryEventTypes({ store: createStubEventStore(events) })).toEqual([
    { event_type: 'B', count: 1, first: '1969-12-31T23:59:59.999999999Z', last: '1969-12-31T23:59:59.999999999Z' },
    { event_type: 'b', count: 2, first: '2025-01-01T12:00:00.000000001Z', last: '2025-01-01T12:00:00.000000002Z' },
    { event_type: '\uffff', count: 1, first: '2262-04-11T23:47:16.854775807Z', last: '2262-04-11T23:47:16.854775807Z' },
    { event_type: '\u{1f600}', count: 1, first: '1900-01-01T00:00:00Z', last: '1900-01-01T00:00:00Z' },
  ]);
});

test('returns an empty list for an empty store', async () => {
  expect(await queryEventTypes({ store: createStubEventStore() })).toEqual([]);
});
