import { describe, expect, test } from 'vitest';
import type { Event } from '../event/event.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import { type EventFilter, matchesFilter } from './event-filter.ts';

const EVENT: Event = {
  id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  event_type: 'login',
  timestamp: '2025-01-01T12:00:00.000000005Z',
  payload: { event_type: 'logout' },
};

const at = (nanosecond: number): bigint => epochNanosecondsOf(`2025-01-01T12:00:00.00000000${nanosecond}Z`);

describe('matchesFilter', () => {
  test.each<[string, EventFilter]>([
    ['no filter', {}],
    ['a filter of undefined members', { event_type: undefined, start: undefined, end: undefined }],
    ['its type', { event_type: ['login'] }],
    ['its type among others', { event_type: ['logout', 'login'] }],
    ['an earlier start', { start: at(4) }],
    ['its own instant as start', { start: at(5) }],
    ['its own instant as end', { end: at(5) }],
    ['a later end', { end: at(6) }],
    ['a range of its own instant alone', { start: at(5), end: at(5) }],
    ['a range around it and its type', { event_type: ['login'], start: at(1), end: at(9) }],
    ['a start before 1970', { start: -1n }],
  ])('an event matches %s', (_, filter) => {
    expect(matchesFilter(EVENT, filter)).toBe(true);
  });

  test.each<[string, EventFilter]>([
    ['another type', { event_type: ['logout'] }],
    ['its type in upper case', { event_type: ['LOGIN'] }],
    ['the beginning of its type', { event_type: ['log'] }],
    ['its type and more', { event_type: ['login.failed'] }],
    ['no type at all', { event_type: [] }],
    ['a start one nanosecond later', { start: at(6) }],
    ['an end one nanosecond earlier', { end: at(4) }],
    ['an end before 1970', { end: -1n }],
    ['a range that ends before it starts', { start: at(6), end: at(4) }],
    ['its type, but a later start', { event_type: ['login'], start: at(6) }],
    ['a range around it, but another type', { event_type: ['logout'], start: at(1), end: at(9) }],
  ])('an event does not match %s', (_, filter) => {
    expect(matchesFilter(EVENT, filter)).toBe(false);
  });
});
