import type { Event } from '@event-tracker/core';
import type { EventOrder } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { createPositionIndex, type PositionIndex, type Range } from './position-index.ts';
import { compareSortKeys, type SortKey } from './sort-key.ts';

// Enough events for many chunks: chunks are split and emptied, and walks cross them.
const EVENTS = 5_000;
const LARGE_BYTES = 100_000;

test.each(['asc', 'desc'] as const)(
  'walks the events of any range after random additions and deletions, %s',
  (order) => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
    const below = createRandom(seed);
    const index = createPositionIndex();
    const held: Event[] = [];
    const bytesOf = ({ payload }: Event): number => Number(payload.bytes);
    for (let sequence = 1; sequence <= EVENTS; sequence++) {
      // Mostly near the end, as events arrive; some with the same timestamp, some anywhere.
      const second = below(4) === 0 ? below(EVENTS) : sequence + below(5);
      const event = eventOf(second, sequence, below(50) === 0 ? LARGE_BYTES : 500);
      index.add({ event, sequence, bytes: bytesOf(event) });
      held.push(event);
      if (below(3) > 0) continue;
      const [deleted] = held.splice(below(held.length), 1);
      if (deleted) index.delete({ event: deleted, bytes: bytesOf(deleted) });
    }
    held.sort(compareSortKeys);
    expect(walk(index, order, {}), `SEED=${seed}`).toEqual(between(held, order, {}));
    for (let i = 0; i < 200; i++) {
      const key = (): SortKey | undefined =>
        below(5) === 0 ? undefined : below(2) === 0 ? held[below(held.length)] : eventOf(below(EVENTS + 10), 0, 0);
      const range = { after: key(), before: key() };
      expect(walk(index, order, range), `SEED=${seed}`).toEqual(between(held, order, range));
    }
    const keys = [...held, eventOf(0, 0, 0), eventOf(2 * EVENTS, 0, 0)].sort(compareSortKeys);
    expect(index.countBefore(keys), `SEED=${seed}`).toEqual(
      keys.map((key) => held.filter((event) => compareSortKeys(event, key) < 0).length),
    );
    for (const event of held) expect(index.sequenceOf(event)).toBe(event.payload.sequence);

    for (const event of held) index.delete({ event, bytes: bytesOf(event) });
    expect(index.isEmpty()).toBe(true);
    expect(walk(index, order, {})).toEqual([]);
  },
);

test('ignores the deletion of an event that it does not contain', () => {
  const index = createPositionIndex();
  index.delete({ event: eventOf(1, 1, 500), bytes: 500 });
  index.add({ event: eventOf(1, 1, 500), sequence: 1, bytes: 500 });
  index.delete({ event: eventOf(1, 1, 500), bytes: 500 }); // equal, but another object
  index.delete({ event: eventOf(2, 2, 500), bytes: 500 });
  expect(walk(index, 'asc', {})).toHaveLength(1);
  expect(index.sequenceOf(eventOf(2, 2, 500))).toBe(undefined);
});

function eventOf(second: number, sequence: number, bytes: number): Event {
  const timestamp = `2025-01-01T${[second / 3600, (second / 60) % 60, second % 60].map(twoDigits).join(':')}Z`;
  return {
    id: `id-${String(sequence % 97).padStart(2, '0')}-${sequence}`,
    event_type: 'e',
    timestamp,
    payload: { sequence, bytes },
  };
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

function walk(index: PositionIndex, order: EventOrder, range: Partial<Range>): readonly Event[] {
  const step = order === 'asc' ? 1 : -1;
  const events: Event[] = [];
  for (const { chunk, from, to } of index.walk(order, { after: range.after, before: range.before })) {
    for (let i = from; i !== to; i += step) events.push(chunk.events[i] as Event);
  }
  return events;
}

/** Returns the events that a walk must yield. */
function between(sorted: readonly Event[], order: EventOrder, { after, before }: Partial<Range>): readonly Event[] {
  const sign = order === 'asc' ? 1 : -1;
  const inOrder = order === 'asc' ? sorted : sorted.toReversed();
  return inOrder.filter(
    (event) =>
      (!after || sign * compareSortKeys(event, after) > 0) && (!before || sign * compareSortKeys(event, before) < 0),
  );
}

/** Mulberry32: returns the same numbers for the same seed, each below a bound. */
function createRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
