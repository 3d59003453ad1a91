import { describe, expect, test } from 'vitest';
import { createEventIds } from './create-event-ids.ts';
import { parseEventId } from './event-id.ts';

describe('createEventIds', () => {
  const NOON = Date.UTC(2025, 0, 1, 12);

  /** Returns the ids created at these times, in this order. */
  function idsAt(times: readonly number[]): string[] {
    let call = 0;
    const newId = createEventIds(() => times[call++] ?? Number.NaN);
    return times.map(() => newId());
  }

  function expectRising(ids: readonly string[]): void {
    for (const [index, id] of ids.entries()) {
      if (index > 0 && !(id > (ids[index - 1] ?? ''))) {
        expect.fail(`id ${index}, ${id}, does not come after ${ids[index - 1]}`);
      }
    }
  }

  /** Returns the time of a UUIDv7, its first 48 bits. */
  function msOf(id: string): number {
    return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  }

  test('creates UUIDv7 ids with the time of the clock', () => {
    for (const time of [0, 1, NOON, 2 ** 48 - 1]) {
      const [id = ''] = idsAt([time]);
      expect(id[14], 'the version').toBe('7');
      expect(parseEventId(id)).toBe(id);
      expect(msOf(id)).toBe(time);
    }
  });

  test('creates ascending ids within one millisecond', () => {
    expectRising(idsAt(Array.from({ length: 100_000 }, () => NOON)));
  });

  test('creates ascending ids from one millisecond to the next', () => {
    expectRising(idsAt(Array.from({ length: 10_000 }, (_, index) => NOON + Math.floor(index / 3))));
  });

  test('keeps ids ascending when the clock steps back, and follows the clock when it has caught up', () => {
    const ids = idsAt([NOON, NOON + 5, NOON + 4, NOON - 3_600_000, NOON, NOON + 5, NOON + 6]);
    expectRising(ids);
    expect(ids.map(msOf)).toEqual([NOON, ...Array.from({ length: 5 }, () => NOON + 5), NOON + 6]);
  });

  test('keeps ids ascending after a step back of a day, and follows the clock after a longer step', () => {
    const day = 86_400_000;
    expectRising(idsAt([NOON, NOON - day, NOON - day + 1, NOON + 1]));
    const yearAhead = idsAt([NOON + 365 * day, NOON, NOON, NOON + 1]);
    expect(yearAhead.map(msOf)).toEqual([NOON + 365 * day, NOON, NOON, NOON + 1]);
    expectRising(yearAhead.slice(1));
  });

  test('creates ascending ids with a clock that returns fractions of a millisecond', () => {
    expectRising(idsAt(Array.from({ length: 10_000 }, (_, index) => NOON + index / 100)));
  });

  test('creates other ids than a second source in the same millisecond', () => {
    const times = Array.from({ length: 100 }, (_, index) => NOON + Math.floor(index / 10));
    const ids = Array.from({ length: 100 }, () => idsAt(times)).flat();
    expect(new Set(ids).size).toBe(10_000);
  });

  test('starts each millisecond at a random count, so that two sources do not count in step', () => {
    const counts = idsAt(Array.from({ length: 100 }, (_, index) => NOON + index)).map((id) => id.slice(15, 23));
    expect(new Set(counts).size).toBeGreaterThan(90);
  });
});
