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
  test('copies a mutable event deeply', () => {
    const payload = { list: [{ a: 1 }] };
    const secured = secureEvent(eventOf(payload));
    payload.list.push({ a: 2 });
    expect(secured.payload).toEqual({ list: [{ a: 1 }] });
    expect(Object.isFrozen((secured.payload.list as object[])[0])).toBe(true);
  });

  test('returns a frozen event with a frozen payload unchanged', () => {
    const event = Object.freeze(eventOf(Object.freeze({ a: 1 })));
    expect(secureEvent(event)).toBe(event);
  });
});

describe('toFrozenEvent', () => {
  test('copies an event that is mutable at any level', () => {
    const nested = [1];
    const event = Object.freeze(eventOf(Object.freeze({ nested })));
    const frozen = toFrozenEvent(event);
    nested.push(2);
    expect(frozen).not.toBe(event);
    expect(frozen.payload).toEqual({ nested: [1] });
  });

  test('returns a deeply frozen event unchanged', () => {
    const event = Object.freeze(eventOf(Object.freeze({ nested: Object.freeze([Object.freeze({ a: null })]) })));
    expect(toFrozenEvent(event)).toBe(event);
  });

  test('keeps the order of members, and names that are special in JavaScript', () => {
    const payload = JSON.parse('{"z":1,"constructor":2,"a":{"toString":3}}') as object;
    expect(JSON.stringify(toFrozenEvent(eventOf(payload)).payload)).toBe(JSON.stringify(payload));
  });
});
