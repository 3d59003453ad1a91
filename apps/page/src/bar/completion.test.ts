import type { Event } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { complete } from './completion.ts';

const events: readonly Event[] = [
  {
    id: 'a',
    event_type: 'login',
    timestamp: '2025-01-01T00:00:00Z',
    payload: { user: { id: 1, 'a.b': 'x' }, plan: 'pro' },
  },
  { id: 'b', event_type: 'login', timestamp: '2025-01-01T00:00:00Z', payload: { plan: 'free', n: '1' } },
];
const types = [
  { event_type: 'login', count: 2, first: '', last: '' },
  { event_type: 'order.paid', count: 1, first: '', last: '' },
];
const sample = { types, events };

test.each([
  ['', 'event_type='],
  ['user', 'payload.user.id='],
  ['payload.u', 'payload.user.id='],
  ['event_type=', 'event_type=order.paid'],
  ['event_type=log', 'event_type=login'],
  ['payload.plan', 'payload.plan[gte]='],
  ['payload.plan=', 'payload.plan=free'],
  ['payload.n=', 'payload.n="1"'],
  ['payload.plan[ne]=', 'payload.plan[ne]=pro'],
  ['payload.user."a.b"=', 'payload.user."a.b"=x'],
])('%j can become %s', (text, proposal) => {
  expect(complete(text, sample)).toContain(proposal);
});

test('proposes at most 50, however many paths there are', () => {
  const payload = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`name${n}`, n]));
  const many = Array.from({ length: 500 }, () => ({ ...events[0], payload }) as Event);
  // The least of several times, because other load only adds to it.
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5 && least >= 500; round++) {
    const started = performance.now();
    expect(complete('name', { types, events: many })).toHaveLength(50);
    least = Math.min(least, performance.now() - started);
  }
  expect(least, 'milliseconds').toBeLessThan(500);
});
