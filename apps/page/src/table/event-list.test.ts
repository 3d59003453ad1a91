import type { Event } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { insertArrived } from './event-list.ts';

const anEvent = (timestamp: string, id: string): Event => ({ id, event_type: 'a', timestamp, payload: {} });

const half = anEvent('2025-01-01T12:00:00.5Z', 'b');
const full = anEvent('2025-01-01T12:00:00Z', 'c');
const sameAsFull = anEvent('2025-01-01T12:00:00Z', 'a');
const old = anEvent('2024-01-01T00:00:00Z', 'd');

test('arrived events are put into their places, newest first, ties by descending id', () => {
  expect(insertArrived([full], [sameAsFull, half], true)).toEqual([half, full, sameAsFull]);
  expect(insertArrived([half, old], [full], false)).toEqual([half, full, old]);
});

test('an event that arrived twice, or that is in the list, is there once', () => {
  expect(insertArrived([full], [full, half, half], true)).toEqual([half, full]);
});

test('an event older than the last one is left out unless the list is complete', () => {
  expect(insertArrived([full], [old], false)).toEqual([full]);
  expect(insertArrived([full], [old], true)).toEqual([full, old]);
  expect(insertArrived([], [old], false)).toEqual([old]);
});
