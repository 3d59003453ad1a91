import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import type { Event } from './event.ts';
import { haveSameContent } from './same-content.ts';
import { createTextEvent, eventText, payloadText } from './text-event.ts';

const PAYLOADS = ['{}', '{"z":1,"a":{"list":[1,{"b":null}],"text":"ä\\n\\ud800 \u2028"}}', '{"9":[],"10":2,"\\n":1}'];

function eventsOf(payload: string, event_type = 'a "quoted" \\ type') {
  const members = { id: '018cc251-f400-7000-8000-000000000001', event_type, timestamp: '2025-01-01T12:00:00.5Z' };
  const plain: Event = { ...members, payload: JSON.parse(payload) as Event['payload'] };
  return { text: createTextEvent(members, payload), plain };
}

describe.each(PAYLOADS)('an event with the payload %s as text', (payload) => {
  test('equals the event with that payload', () => {
    const { text, plain } = eventsOf(payload);
    expect(text).toStrictEqual(plain);
    expect(haveSameContent(text, plain)).toBe(true);
  });

  test('has the same JSON and the same copies', () => {
    const { text, plain } = eventsOf(payload);
    expect(JSON.stringify(text)).toBe(JSON.stringify(plain));
    expect(Object.keys(text)).toEqual(Object.keys(plain));
    for (const copy of [{ ...text }, structuredClone(text), Object.assign({}, text)]) {
      expect(Reflect.ownKeys(copy)).toEqual(Reflect.ownKeys(plain));
      expect(JSON.stringify(copy)).toBe(JSON.stringify(plain));
    }
  });

  test('is shown like the event with that payload', () => {
    const { text, plain } = eventsOf(payload);
    expect(inspect([text], { depth: 5 })).toBe(inspect([plain], { depth: 5 }));
  });

  test('is deeply frozen', () => {
    const { text, plain } = eventsOf(payload);
    expect(Reflect.set(text, 'payload', {})).toBe(false);
    expect(Reflect.set(text.payload, 'other', 1)).toBe(false);
    for (const value of Object.values(text.payload)) expect(Object.isFrozen(value)).toBe(true);
    expect(text).toStrictEqual(plain);
  });

  test('has its text without being parsed', () => {
    const { text, plain } = eventsOf(payload);
    const parse = vi.spyOn(JSON, 'parse').mockImplementation(() => expect.fail('parsed'));
    try {
      expect(eventText(text)).toBe(JSON.stringify(plain));
      expect(payloadText(text)).toBe(payload);
    } finally {
      parse.mockRestore();
    }
  });
});

test('a copy with another payload has the text of that payload', () => {
  const { text } = eventsOf('{"a":1}');
  const copy = { ...text, payload: { b: 2 } };
  expect(eventText(copy)).toBe(JSON.stringify(copy));
});

test('the payload is parsed once', () => {
  const { text } = eventsOf('{"a":1}');
  expect(text.payload).toBe(text.payload);
});

test('the text of any other event is its JSON, and that of its payload', () => {
  const { plain } = eventsOf('{"a":[1,{}]}');
  expect(eventText(plain)).toBe(JSON.stringify(plain));
  expect(payloadText(plain)).toBe(JSON.stringify(plain.payload));
});
