import type { Event } from '@event-tracker/core';
import type { EventOrder } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { comparePlaces, type Place } from './place.ts';
import { createPositionIndex, type PositionIndex, type Range } from './position-index.ts';

// Enough events for many chunks, so that they are split, emptied and walked across.
const EVENTS = 5_000;
const LARGE_BYTES = 100_000;

test.each(['asc', 'desc'] as const)('holds what was added and not removed, %s, between any two places', (order) => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  const below = createRandom(seed);
  const index = createPositionIndex();
  const held: Event[] = [];
  const bytesOf = ({ payload }: Event): number => Number(payload.bytes);
  for (let sequence = 1; sequence <= EVENTS; sequence++) {
    // Mostly towards the end, as events come; some of one instant, some anywhere.
    const second = below(4) === 0 ? below(EVENTS) : sequence + below(5);
    const event = eventOf(second, sequence, below(50) === 0 ? LARGE_BYTES : 500);
    index.add({ event, sequence, bytes: bytesOf(event) });
    held.push(event);
    if (below(3) > 0) continue;
    const [removed] = held.splice(below(held.length), 1);
    if (removed) index.remove({ event: removed, bytes: bytesOf(removed) });
  }
  held.sort(comparePlaces);
  expect(walk(index, order, {}), `SEED=${seed}`).toEqual(between(held, order, {}));
  for (let i = 0; i < 200; i++) {
    const place = (): Place | undefined =>
      below(5) === 0 ? undefined : below(2) === 0 ? held[below(held.length)] : eventOf(below(EVENTS + 10), 0, 0);
    const range = { after: place(), before: place() };
    expect(walk(index, order, range), `SEED=${seed}`).toEqual(between(held, order, range));
  }
  for (const event of held) expect(index.sequenceOf(event)).toBe(event.payload.sequence);

  for (const event of held) index.remove({ event, bytes: bytesOf(event) });
  expect(index.isEmpty()).toBe(true);
  expect(walk(index, order, {})).toEqual([]);
});

test('passes over the removal of what is not there', () => {
  const index = createPositionIndex();
  index.remove({ event: eventOf(1, 1, 500), bytes: 500 });
  index.add({ event: eventOf(1, 1, 500), sequence: 1, bytes: 500 });
  index.remove({ event: eventOf(1, 1, 500), bytes: 500 }); // equal, but another
  index.remove({ event: eventOf(2, 2, 500), bytes: 500 });
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

/** What a walk should find. */
function between(sorted: readonly Event[], order: EventOrder, { after, before }: Partial<Range>): readonly Event[] {
  const sign = order === 'asc' ? 1 : -1;
  const inOrder = order === 'asc' ? sorted : sorted.toReversed();
  return inOrder.filter(
    (event) =>
      (!after || sign * comparePlaces(event, after) > 0) && (!before || sign * comparePlaces(event, before) < 0),
  );
}

/** Mulberry32: the same seed, the same numbers below a bound. */
function createRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
