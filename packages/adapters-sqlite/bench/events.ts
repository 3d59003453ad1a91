import { randomBytes } from 'node:crypto';
import { type Event, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core';

const START = epochNanosecondsOf('2025-01-01T00:00:00Z');
const TYPES = ['page_view', 'page_view', 'page_view', 'click', 'click', 'login', 'logout', 'purchase'];

/** Events as core hands them to a store, one each second from a place on, with ids that rise as core's do. */
export function createEvents(count: number, from = 0): readonly Event[] {
  return Array.from({ length: count }, (_, index) => createEvent(from + index));
}

function createEvent(n: number): Event {
  return Object.freeze({
    id: idOf(n),
    event_type: TYPES[n % TYPES.length] ?? 'login',
    timestamp: formatTimestamp(START + BigInt(n) * 1_000_000_000n),
    payload: Object.freeze({
      user_id: n % 5_000,
      path: `/products/${n % 977}`,
      amount: (n % 10_000) / 100,
      ok: n % 3 === 0,
    }),
  });
}

/** UUIDv7: the time in front, then chance. */
function idOf(n: number): string {
  const time = (1_735_689_600_000 + n * 1_000).toString(16).padStart(12, '0');
  const chance = randomBytes(9).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6)}`;
}
