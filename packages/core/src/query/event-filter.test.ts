import { describe, expect, test } from 'vitest';
import type { Event } from '../event/event.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import { compileFilter, type EventFilter, matchesFilter, matchesType, needsPayload } from './event-filter.ts';
import type { PayloadCondition } from './payload-condition.ts';

const EVENT: Event = {
  id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  event_type: 'login',
  timestamp: '2025-01-01T12:00:00.000000005Z',
  payload: { event_type: 'logout', user: { id: 42, tags: ['a', 'b'] }, note: null },
};

const HAS_ID_42: PayloadCondition = { path: ['user', 'id'], op: 'in', operands: [42] };
const HAS_ID_43: PayloadCondition = { path: ['user', 'id'], op: 'in', operands: [43] };
const HAS_TAG_B: PayloadCondition = { path: ['user', 'tags'], op: 'in', operands: ['b'] };
const HAS_NOTE: PayloadCondition = { path: ['note'], op: 'exists', operand: true };

const at = (nanosecond: number): bigint => epochNanosecondsOf(`2025-01-01T12:00:00.00000000${nanosecond}Z`);

describe('matchesFilter', () => {
  test.each<[string, EventFilter]>([
    ['no filter', {}],
    [
      'a filter of undefined members',
      {
        event_type: undefined,
        event_type_prefix: undefined,
        start: undefined,
        end: undefined,
        payload: undefined,
        q: undefined,
      },
    ],
    ['its type', { event_type: ['login'] }],
    ['its type among others', { event_type: ['logout', 'login'] }],
    ['an earlier start', { start: at(4) }],
    ['its instant as start', { start: at(5) }],
    ['its instant as end', { end: at(5) }],
    ['a later end', { end: at(6) }],
    ['a range of its instant only', { start: at(5), end: at(5) }],
    ['a range around it and its type', { event_type: ['login'], start: at(1), end: at(9) }],
    ['a start before 1970', { start: -1n }],
    ['a prefix of its type', { event_type_prefix: ['log'] }],
    ['its whole type as prefix', { event_type_prefix: ['login'] }],
    ['a prefix of its type among others', { event_type_prefix: ['x', 'lo'] }],
    ['another type, but a prefix of its type', { event_type: ['logout'], event_type_prefix: ['logi'] }],
    ['its type, but another prefix', { event_type: ['login'], event_type_prefix: ['x'] }],
    ['an empty list of types, but a prefix of its type', { event_type: [], event_type_prefix: ['l'] }],
    ['no conditions', { payload: [] }],
    ['a condition that its payload meets', { payload: [HAS_ID_42] }],
    ['several conditions that its payload meets', { payload: [HAS_ID_42, HAS_TAG_B, HAS_NOTE] }],
    ['the same condition twice', { payload: [HAS_ID_42, HAS_ID_42] }],
    ['no texts', { q: [] }],
    ['a text in its type, ignoring case', { q: ['OGI'] }],
    ['a text in its payload', { q: ['LOGOUT'] }],
    ['a text deep in its payload', { q: ['A', 'b'] }],
    ['a part of a number in its payload', { q: ['2'] }],
    ['texts in its type and in its payload', { q: ['login', 'logout', '42'] }],
    [
      'all members together',
      { event_type: ['x'], event_type_prefix: ['log'], start: at(5), end: at(5), payload: [HAS_ID_42, HAS_TAG_B] },
    ],
  ])('accepts an event for %s', (_, filter) => {
    expect(matchesFilter(EVENT, filter)).toBe(true);
    expect(compileFilter(filter)(EVENT)).toBe(true);
  });

  test.each<[string, EventFilter]>([
    ['another type', { event_type: ['logout'] }],
    ['its type in upper case', { event_type: ['LOGIN'] }],
    ['a prefix of its type as type', { event_type: ['log'] }],
    ['its type and more', { event_type: ['login.failed'] }],
    ['an empty list of types', { event_type: [] }],
    ['a start one nanosecond later', { start: at(6) }],
    ['an end one nanosecond earlier', { end: at(4) }],
    ['an end before 1970', { end: -1n }],
    ['a range that ends before it starts', { start: at(6), end: at(4) }],
    ['its type, but a later start', { event_type: ['login'], start: at(6) }],
    ['a range around it, but another type', { event_type: ['logout'], start: at(1), end: at(9) }],
    ['a prefix of another type', { event_type_prefix: ['logo'] }],
    ['a prefix of its type in upper case', { event_type_prefix: ['LOG'] }],
    ['text from the middle of its type', { event_type_prefix: ['ogi'] }],
    ['a prefix longer than its type', { event_type_prefix: ['login.'] }],
    ['a pattern that matches its type', { event_type_prefix: ['log%', 'l_g', 'l.*', '^l'] }],
    ['an empty list of prefixes', { event_type_prefix: [] }],
    ['another type and another prefix', { event_type: ['logout'], event_type_prefix: ['x'] }],
    ['a condition that its payload does not meet', { payload: [HAS_ID_43] }],
    ['one condition of several that its payload does not meet', { payload: [HAS_ID_42, HAS_ID_43, HAS_TAG_B] }],
    ['a condition that it meets, but another type', { event_type: ['logout'], payload: [HAS_ID_42] }],
    ['a condition that it meets, but another prefix', { event_type_prefix: ['x'], payload: [HAS_ID_42] }],
    ['a text that it does not contain', { q: ['logins'] }],
    ['a text of several that it does not contain', { q: ['login', 'x'] }],
    ['the name of a member', { q: ['tags'] }],
    ['text from two values', { q: ['ab'] }],
    ['null, as text', { q: ['null'] }],
    ['a text that it contains, but another type', { event_type: ['logout'], q: ['login'] }],
    ['a text that it contains, but an earlier end', { end: at(4), q: ['login'] }],
    ['a condition that it meets, but a later start', { start: at(6), payload: [HAS_ID_42] }],
  ])('rejects an event for %s', (_, filter) => {
    expect(matchesFilter(EVENT, filter)).toBe(false);
    expect(compileFilter(filter)(EVENT)).toBe(false);
  });
});

describe('needsPayload', () => {
  test('returns true only for a filter with a condition on the payload, or a text', () => {
    expect(needsPayload({ q: ['x'] })).toBe(true);
    expect(needsPayload({ q: [] })).toBe(false);
    expect(needsPayload({ payload: [{ path: ['n'], op: 'exists', operand: true }] })).toBe(true);
    expect(needsPayload({ payload: [] })).toBe(false);
    expect(needsPayload({ event_type: ['login'], start: 0n, payload: undefined })).toBe(false);
  });
});

describe('matchesType', () => {
  test.each<[string, EventFilter, boolean]>([
    ['login', {}, true],
    ['login', { start: 1n, payload: [HAS_ID_43] }, true],
    ['login', { event_type: ['login'] }, true],
    ['login', { event_type: ['log'] }, false],
    ['login', { event_type_prefix: ['log'] }, true],
    ['login', { event_type: ['logout'], event_type_prefix: ['log'] }, true],
    ['login', { event_type: ['logout'], event_type_prefix: ['logout'] }, false],
    ['😀', { event_type_prefix: ['😀'] }, true],
    ['😁', { event_type_prefix: ['😀'] }, false],
  ])('ignores everything but the type (%#)', (type, filter, expected) => {
    expect(matchesType(type, filter)).toBe(expected);
  });
});
