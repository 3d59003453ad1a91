import { describe, expect, test } from 'vitest';
import { createEventIds, parseEventId } from './event-id.ts';

describe('parseEventId', () => {
  test.each([
    ['version 1', 'c232ab00-9414-11ec-b3c8-9f6bdeced846'],
    ['version 2', '000003e8-9414-21ec-b300-9f6bdeced846'],
    ['version 3', '5df41881-3aed-3515-88a7-2f4a814cf09e'],
    ['version 4', '919108f7-52d1-4320-9bac-f847db4148a8'],
    ['version 5', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
    ['version 6', '1ec9414c-232a-6b00-b3c8-9f6bdeced846'],
    ['version 7', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['version 8', '2489e9ad-2ee2-8e00-8ec9-32d5f69181c0'],
    ['no known version or variant', 'abcdef01-2345-f789-0bcd-ef0123456789'],
    ['one above nil', '00000000-0000-0000-0000-000000000001'],
    ['one below max', 'ffffffff-ffff-ffff-ffff-fffffffffffe'],
  ])('returns a UUID of %s in lower case', (_, id) => {
    expect(parseEventId(id)).toBe(id);
    expect(parseEventId(id.toUpperCase())).toBe(id);
    expect(parseEventId(id.slice(0, 18).toUpperCase() + id.slice(18))).toBe(id);
  });

  test.each([
    ['nil', '00000000-0000-0000-0000-000000000000'],
    ['max', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['max in upper case', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
    ['an empty text', ''],
    ['a UUID without hyphens', '017f22e279b07cc398c4dc0c0c07398f'],
    ['hyphens in other places', '017f22e27-9b0-7cc3-98c4-dc0c0c07398f'],
    ['a UUID in braces', '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}'],
    ['a URN', 'urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['a digit too few', '017f22e2-79b0-7cc3-98c4-dc0c0c07398'],
    ['a digit too many', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f0'],
    ['a letter that is no digit', '017f22e2-79b0-7cc3-98c4-dc0c0c07398g'],
    ['a full-width digit', '０17f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['a line break at the end', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n'],
    ['a space at the start', ' 017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
  ])('rejects %s', (_, text) => {
    expect(parseEventId(text)).toBeUndefined();
  });
});

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
