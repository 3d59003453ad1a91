import { describe, expect, test } from 'vitest';
import type { Event, JsonObject } from './event.ts';
import { haveSameContent } from './same-content.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const EVENT: Event = { id: ID, event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { a: 1 } };

/** Returns an event with a payload given as JSON. */
function eventOf(payloadJson: string): Event {
  const payload: JsonObject = JSON.parse(payloadJson);
  return { ...EVENT, payload };
}

describe('haveSameContent', () => {
  test('returns true for an event and its copy, whatever their ids', () => {
    expect(haveSameContent(EVENT, EVENT)).toBe(true);
    expect(haveSameContent(EVENT, structuredClone(EVENT))).toBe(true);
    expect(haveSameContent(EVENT, { ...EVENT, id: ID.replace('0', '1') })).toBe(true);
  });

  test('returns false if the type or the instant differs', () => {
    expect(haveSameContent(EVENT, { ...EVENT, event_type: 'Login' })).toBe(false);
    expect(haveSameContent(EVENT, { ...EVENT, timestamp: '2025-01-01T12:00:00.000000001Z' })).toBe(false);
  });

  test.each([
    ['nothing', '{}', '{}'],
    ['members in another order', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    ['every kind of value', '{"a":[null,true,false,0,1.5,"x",[],{}]}', '{"a":[null,true,false,0,1.5,"x",[],{}]}'],
    ['one number in two spellings', '{"a":100,"b":-0}', '{"a":1e2,"b":0}'],
    ['one text in two spellings', '{"a":"\\u00e9"}', '{"a":"é"}'],
    ['names of methods', '{"constructor":1,"hasOwnProperty":2}', '{"hasOwnProperty":2,"constructor":1}'],
  ])('returns true for equal payloads: %s', (_, a, b) => {
    expect(haveSameContent(eventOf(a), eventOf(b))).toBe(true);
    expect(haveSameContent(eventOf(b), eventOf(a))).toBe(true);
  });

  test.each([
    ['another value', '{"a":1}', '{"a":2}'],
    ['another name', '{"a":1}', '{"b":1}'],
    ['a member more', '{"a":1}', '{"a":1,"b":null}'],
    ['a number and its text', '{"a":1}', '{"a":"1"}'],
    ['false and null', '{"a":false}', '{"a":null}'],
    ['0 and false', '{"a":0}', '{"a":false}'],
    ['null and an object', '{"a":null}', '{"a":{}}'],
    ['an array and an object of the same names', '{"a":[1]}', '{"a":{"0":1}}'],
    ['an empty array and an empty object', '{"a":[]}', '{"a":{}}'],
    ['items in another order', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['an item more', '{"a":[1]}', '{"a":[1,1]}'],
    ['a difference far down', '{"a":[{"b":[{"c":1}]}]}', '{"a":[{"b":[{"c":2}]}]}'],
    ['one text in two normal forms', '{"a":"\\u00e9"}', '{"a":"e\\u0301"}'],
    ['a name that every object inherits', '{"constructor":1}', '{"b":1}'],
    ['as many names, of which one is inherited', '{"b":1}', '{"toString":1}'],
  ])('returns false for different payloads: %s', (_, a, b) => {
    expect(haveSameContent(eventOf(a), eventOf(b))).toBe(false);
    expect(haveSameContent(eventOf(b), eventOf(a))).toBe(false);
  });
});
