import type { Event } from '@event-tracker/core';
import { formatTimestamp } from '@event-tracker/core/store';
import { instantOf, TYPES } from '../events.ts';

/*
 * The events that the figures of docs/stores.md were measured with. Unlike those of ../events.ts, their types and payloads have no
 * order, and `user_id` has 100,000 values.
 */

const START_MS = Date.UTC(2025, 0, 1);

/** Returns a pseudo-random number that depends only on the arguments. */
function scatter(n: number, salt: number): number {
  return Math.imul(Math.imul(n + 1, 0x9e3779b1) ^ salt, 0x85ebca6b) >>> 0;
}

/** Creates events as core passes them to a store, about a second apart. */
export function scatteredEventsFrom(first: number, count: number): readonly Event[] {
  return Array.from({ length: count }, (_, index) => scatteredEvent(first + index));
}

function scatteredEvent(n: number): Event {
  const hex = (salt: number, digits: number) => scatter(n, salt).toString(16).padStart(8, '0').slice(0, digits);
  const time = (START_MS + n * 1_000).toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${hex(1, 3)}-8${hex(2, 3)}-${hex(3, 8)}${hex(4, 4)}`;
  const payload = Object.freeze({
    user_id: scatter(n, 5) % 100_000,
    path: `/products/${scatter(n, 6) % 977}`,
    amount: (scatter(n, 7) % 100_000) / 100,
    ok: scatter(n, 8) % 3 === 0,
  });
  const timestamp = formatTimestamp(instantOf(n) + BigInt(scatter(n, 9) % 1_000) * 1_000_000n);
  return Object.freeze({ id, event_type: TYPES[scatter(n, 10) % TYPES.length] ?? '', timestamp, payload });
}
