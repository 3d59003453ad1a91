import { describe, expect, test } from 'vitest';
import type { Event } from './event.ts';
import { secureEvent, toFrozenEvent } from './frozen-event.ts';

const eventOf = (payload: object): Event => ({
  id: '00000000-0000-4000-8000-000000000001',
  event_type: 'test',
  timestamp: '2025-01-01T12:00:00Z',
  payload: payload as Event['payload'],
});

describe('secureEvent', () => {
  test('copies an event that its owner can change, to the bottom', () => {
    const payload = { list: [{ a: 1 }] };
    const secured = secureEvent(eventOf(payload));
    payload.list.push({ a: 2 });
    expect(secured.payload).toEqual({ list: [{ a: 1 }] });
    expect(Object.isFrozen((secured.payload.list as object[])[0])).toBe(true);
  });

  test('takes a frozen event with a frozen payload as it is', () => {
    const event = Object.freeze(eventOf(Object.freeze({ a: 1 })));
    expect(secureEvent(event)).toBe(event);
  });
});

describe('toFrozenEvent', () => {
  test('copies an event that can be changed anywhere', () => {
    const nested = [1];
    const event = Object.freeze(eventOf(Object.freeze({ nested })));
    const frozen = toFrozenEvent(event);
    nested.push(2);
    expect(frozen).not.toBe(event);
    expect(frozen.payload).toEqual({ nested: [1] });
  });

  test('takes an event that is frozen to the bottom as it is', () => {
    const event = Object.freeze(eventOf(Object.freeze({ nested: Object.freeze([Object.freeze({ a: null })]) })));
    expect(toFrozenEvent(event)).toBe(event);
  });

  test('keeps the order of members, and names that are special to JavaScript', () => {
    const payload = JSON.parse('{"z":1,"constructor":2,"a":{"toString":3}}') as object;
    expect(JSON.stringify(toFrozenEvent(eventOf(payload)).payload)).toBe(JSON.stringify(payload));
  });
});
