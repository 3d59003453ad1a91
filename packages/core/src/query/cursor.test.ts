import { describe, expect, test } from 'vitest';
import { type Random, roundsOf, withRandom } from '../../test/random.ts';
import type { EventOrder, EventPosition } from '../event/event-order.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { EventFilter } from './event-filter.ts';

const MIN = -2_208_988_800_000_000_000n;
const MAX = 2n ** 63n - 1n;
const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const NOON: EventPosition = { epochNanoseconds: 1_735_732_800_123_456_789n, id: ID };

function randomPosition(random: Random): EventPosition {
  const digits = random
    .between(1n, 2n ** 96n)
    .toString(16)
    .padStart(32, '0');
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { epochNanoseconds: random.between(MIN, MAX), id };
}

function randomFilter(random: Random): EventFilter {
  const filters: EventFilter[] = [
    {},
    { event_type: ['login'] },
    { event_type: ['a', 'b', '😀'] },
    { start: random.between(MIN, MAX) },
    { end: random.between(MIN, MAX) },
    { event_type: ['login'], start: MIN, end: random.between(MIN, MAX) },
    { event_type_prefix: ['log'] },
    { payload: [{ path: ['a', '😀'], op: 'in', operands: [null, true, 0.1, random.pick(['', 'x'])] }] },
  ];
  return random.pick(filters);
}

describe('cursor', () => {
  test('decodes to the encoded position, for any position, filter and order', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(5_000); i++) {
        const position = randomPosition(random);
        const filter = randomFilter(random);
        const order = random.pick<EventOrder>(['asc', 'desc']);
        const cursor = encodeCursor(position, filter, order);
        expect(decodeCursor(cursor, filter, order), cursor).toEqual(position);
      }
    });
  });

  test.each([MIN, -1n, 0n, 1n, 23n, 3_073_715_466_918_367_946n, MAX])('leads back to %d', (epochNanoseconds) => {
    const position = { epochNanoseconds, id: ID };
    expect(decodeCursor(encodeCursor(position, {}, 'asc'), {}, 'asc')).toEqual(position);
  });

  test('is short and needs no escapes in a URL', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(1_000); i++) {
        const cursor = encodeCursor(randomPosition(random), randomFilter(random), 'asc');
        expect(cursor).toMatch(/^[A-Za-z0-9_-]{1,60}$/);
      }
    });
  });

  test.each([NOON, { ...NOON, epochNanoseconds: -NOON.epochNanoseconds }])(
    'is rejected if any one character is changed (%#)',
    (position) => {
      const cursor = encodeCursor(position, {}, 'asc');
      for (let at = 0; at < cursor.length; at++) {
        for (const other of '0123456789abcdefnzA-_ %\n') {
          const damaged = cursor.slice(0, at) + other + cursor.slice(at + 1);
          if (damaged !== cursor) expect(decodeCursor(damaged, {}, 'asc'), damaged).toBeUndefined();
        }
      }
    },
  );

  test('is rejected if it is shortened, lengthened, doubled or in upper case', () => {
    const cursor = encodeCursor(NOON, {}, 'asc');
    for (let length = 0; length < cursor.length; length++) {
      expect(decodeCursor(cursor.slice(0, length), {}, 'asc')).toBeUndefined();
      expect(decodeCursor(cursor.slice(cursor.length - length), {}, 'asc')).toBeUndefined();
    }
    for (const wrong of [`${cursor}0`, ` ${cursor}`, `${cursor}\n`, cursor + cursor, cursor.toUpperCase()]) {
      expect(decodeCursor(wrong, {}, 'asc'), wrong).toBeUndefined();
    }
  });

  test('is rejected for the other order', () => {
    expect(decodeCursor(encodeCursor(NOON, {}, 'asc'), {}, 'desc')).toBeUndefined();
    expect(decodeCursor(encodeCursor(NOON, {}, 'desc'), {}, 'asc')).toBeUndefined();
  });

  test('is rejected for every other filter', () => {
    const filters: EventFilter[] = [
      {},
      { event_type: ['a'] },
      { event_type: ['b'] },
      { event_type: ['a', 'b'] },
      { event_type: ['a","b'] },
      { start: 1n },
      { start: 2n },
      { end: 1n },
      { start: 1n, end: 1n },
      { event_type: ['a'], start: 1n },
      { event_type: ['1'] },
      { event_type_prefix: ['a'] },
      { event_type_prefix: ['b'] },
      { event_type: ['a'], event_type_prefix: ['a'] },
      { q: ['a'] },
      { q: ['a', 'b'] },
      { payload: [{ path: ['a'], op: 'in', operands: ['a'] }] },
      { payload: [{ path: ['b'], op: 'in', operands: ['a'] }] },
      { payload: [{ path: ['a'], op: 'ne', operands: ['a'] }] },
      { payload: [{ path: ['a'], op: 'in', operands: ['b'] }] },
      { payload: [{ path: ['a'], op: 'in', operands: ['a', 'b'] }] },
      { payload: [{ path: ['a', 'b'], op: 'in', operands: ['a'] }] },
      { payload: [{ path: ['a.b'], op: 'in', operands: ['a'] }] },
      { payload: [{ path: ['a'], op: 'in', operands: [1] }] },
      { payload: [{ path: ['a'], op: 'in', operands: ['1'] }] },
      { payload: [{ path: ['a'], op: 'in', operands: [null] }] },
      { payload: [{ path: ['a'], op: 'gt', operand: 1 }] },
      { payload: [{ path: ['a'], op: 'gt', operand: '1' }] },
      { payload: [{ path: ['a'], op: 'gte', operand: 1 }] },
      { payload: [{ path: ['a'], op: 'exists', operand: true }] },
      { payload: [{ path: ['a'], op: 'exists', operand: false }] },
      {
        payload: [
          { path: ['a'], op: 'exists', operand: true },
          { path: ['b'], op: 'exists', operand: true },
        ],
      },
    ];
    for (const mine of filters) {
      const cursor = encodeCursor(NOON, mine, 'asc');
      const readers = filters.filter((filter) => decodeCursor(cursor, filter, 'asc') !== undefined);
      expect(readers).toEqual([mine]);
    }
  });

  test('is rejected if it is forged with a time or an id that no event can have', () => {
    for (const epochNanoseconds of [MIN - 1n, MAX + 1n, MIN + 36n ** 13n - 1n, MIN + 36n ** 13n]) {
      expect(decodeCursor(encodeCursor({ epochNanoseconds, id: ID }, {}, 'asc'), {}, 'asc')).toBeUndefined();
    }
    const nil = { epochNanoseconds: 0n, id: '00000000-0000-0000-0000-000000000000' };
    expect(decodeCursor(encodeCursor(nil, {}, 'asc'), {}, 'asc')).toBeUndefined();
  });
});
