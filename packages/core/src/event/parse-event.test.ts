import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { leastCpuMs, quickCpuMs } from '../../test/cpu-time.ts';
import type { NewEvent } from './event.ts';
import { type NewEventProblem, NewEventSchema, parseNewEvent } from './parse-event.ts';

const LIMITS = { maxPayloadBytes: 1_000 };
const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

/** Returns a valid event with some members replaced. */
function eventWith(members: object): object {
  return { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 }, ...members };
}

function parsed(input: unknown): NewEvent {
  const result = parseNewEvent(input, LIMITS);
  if (!('event' in result)) throw new Error(`rejected: ${JSON.stringify(result)}`);
  return result.event;
}

function problemsOf(input: unknown): readonly NewEventProblem[] {
  const result = parseNewEvent(input, LIMITS);
  if (!('problems' in result)) throw new Error(`not rejected: ${JSON.stringify(result)}`);
  return result.problems;
}

/** Returns the problems without their details. */
function codesOf(input: unknown): string[] {
  return problemsOf(input).map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('parseNewEvent', () => {
  test('returns an event in its normal form', () => {
    const input = {
      payload: { b: 1, a: [-0, { c: null }] },
      timestamp: '2025-01-01t14:00:00.500+02:00',
      id: ID.toUpperCase(),
      event_type: 'login',
    };
    expect(parsed(input)).toStrictEqual({
      id: ID,
      event_type: 'login',
      timestamp: '2025-01-01T12:00:00.5Z',
      payload: { b: 1, a: [0, { c: null }] },
    });
  });

  test('does not add an id to an event without one', () => {
    expect(parsed(eventWith({})).id).toBeUndefined();
    expect(parsed(eventWith({ id: undefined })).id).toBeUndefined();
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a string', '{}'],
    ['true', true],
    ['an array', [eventWith({})]],
    ['a function', () => eventWith({})],
    ['a symbol', Symbol('event')],
    ['a Map', new Map(Object.entries(eventWith({})))],
    ['an Error', Object.assign(new Error('no event'), eventWith({}))],
    ['an instance of a class', Object.assign(new (class Login {})(), eventWith({}))],
    ['an object that inherits its members', Object.create(eventWith({}))],
  ])('rejects %s, which is not a plain object', (_, input) => {
    expect(codesOf(input)).toEqual([' not_an_object']);
  });

  test('accepts an object without a prototype', () => {
    expect(parsed(Object.assign(Object.create(null), eventWith({}))).event_type).toBe('login');
  });

  test('reports every missing member', () => {
    expect(codesOf({})).toEqual(['/event_type required', '/timestamp required', '/payload required']);
    expect(problemsOf({ id: ID, event_type: 'login', payload: {} })).toEqual([
      { pointer: '/timestamp', code: 'required', detail: 'timestamp is required' },
    ]);
    expect(codesOf({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z' })).toEqual(['/payload required']);
  });

  test('distinguishes an invalid member from a missing one', () => {
    const wrong = { id: null, event_type: null, timestamp: null, payload: null };
    const codes = ['/id invalid_id', '/event_type invalid_event_type', '/timestamp invalid_timestamp'];
    expect(codesOf(wrong)).toEqual([...codes, '/payload invalid_payload']);
    const there = { event_type: undefined, timestamp: undefined, payload: undefined };
    expect(codesOf(there)).toEqual([...codes.slice(1), '/payload invalid_payload']);
  });

  test('reports all problems of the envelope and the first of the payload', () => {
    const input = {
      id: 'mine',
      event_type: '',
      timestamp: '2025-02-30T12:00:00Z',
      payload: { fine: 1, first: Number.NaN, second: '\0' },
      user_id: 1,
      source: 'app',
    };
    expect(codesOf(input)).toEqual([
      '/user_id unknown_member',
      '/source unknown_member',
      '/id invalid_id',
      '/event_type invalid_event_type',
      '/timestamp invalid_timestamp',
      '/payload/first not_json',
    ]);
  });

  test('reports what was expected, and never the value', () => {
    const secret = 'correct horse battery staple';
    const input = { id: secret, event_type: `${secret}\n`, timestamp: secret, payload: { [secret]: 1, a: Infinity } };
    const problems = problemsOf(input);
    expect(problems).toHaveLength(4);
    for (const { detail } of problems) {
      expect(detail).toMatch(/^expected /);
      expect(detail).not.toContain(secret);
    }
  });

  test.each([
    ['a number', 5],
    ['a list', [ID]],
    ['no UUID', 'abc'],
    ['the nil UUID', '00000000-0000-0000-0000-000000000000'],
    ['the max UUID', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
    ['an empty text', ''],
  ])('rejects %s as id', (_, id) => {
    expect(codesOf(eventWith({ id }))).toEqual(['/id invalid_id']);
  });

  test.each([
    ['a number', 1735732800000],
    ['a Date', new Date(0)],
    ['a time without a zone', '2025-01-01T12:00:00'],
    ['year 0000', '0000-01-01T00:00:00Z'],
    ['an empty text', ''],
  ])('rejects %s as timestamp', (_, timestamp) => {
    expect(codesOf(eventWith({ timestamp }))).toEqual(['/timestamp invalid_timestamp']);
  });

  test.each([
    ['a letter', 'a'],
    ['a space', ' '],
    ['255 letters', 'a'.repeat(255)],
    ['255 characters beyond the first plane', '😀'.repeat(255)],
    ['quotes, SQL and wildcards', `'; drop table events; -- %_\\"`],
    ['an invisible character that is no control character', 'a\u200db\u2028\ufeff'],
    ['a character that no one has assigned', '\u{10ffff}'],
    ['the name of a method', 'constructor'],
  ])('accepts an event type of %s', (_, event_type) => {
    expect(parsed(eventWith({ event_type })).event_type).toBe(event_type);
  });

  test.each([
    ['nothing', ''],
    ['256 letters', 'a'.repeat(256)],
    ['256 characters beyond the first plane', '😀'.repeat(256)],
    ['510 letters and one more', 'a'.repeat(511)],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['U+0000', 'a\0b'],
    ['a line break', 'a\nb'],
    ['a tab', '\t'],
    ['U+001F', 'a\u001f'],
    ['DEL', '\u007f'],
    ['U+0080, a control character beyond ASCII', '\u0080'],
    ['U+009F', 'a\u009f'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
    ['surrogates in the wrong order', '\ude00\ud83d'],
    ['a number', 5],
    ['a list', ['login']],
    ['a String object', new String('login')],
  ])('rejects an event type of %s', (_, event_type) => {
    expect(codesOf(eventWith({ event_type }))).toEqual(['/event_type invalid_event_type']);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'prototype', 'Payload', ''])(
    'rejects the unknown member %o, and lists the known ones',
    (name) => {
      const input: unknown = JSON.parse(
        JSON.stringify(eventWith({})).replace('{', `{${JSON.stringify(name)}:{"a":1},`),
      );
      expect(problemsOf(input)).toEqual([
        {
          pointer: `/${name}`,
          code: 'unknown_member',
          detail: expect.stringContaining('id, event_type, timestamp, payload'),
        },
      ]);
      expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
    },
  );

  test.each([
    ['type', 'event_type'],
    ['eventType', 'event_type'],
    ['time', 'timestamp'],
    ['data', 'payload'],
    ['Payload', 'payload'],
  ])('suggests, for the unknown member %s, %s', (name, known) => {
    const detail = `unknown member, did you mean ${known}?; expected id, event_type, timestamp, payload; put others into payload`;
    const { [known]: value, ...others } = eventWith({}) as Record<string, unknown>;
    expect(problemsOf({ ...others, [name]: value })[0]).toEqual({
      pointer: `/${name}`,
      code: 'unknown_member',
      detail,
    });
  });

  test('suggests sending the array itself for a batch in an object', () => {
    expect(problemsOf({ events: [eventWith({})] })[0]).toEqual({
      pointer: '/events',
      code: 'unknown_member',
      detail: 'unknown member; for a batch send the array itself, without an object around it',
    });
  });

  test('suggests the RFC 3339 text for a number as timestamp', () => {
    expect(problemsOf(eventWith({ timestamp: 1_735_732_800 }))).toEqual([
      {
        pointer: '/timestamp',
        code: 'invalid_timestamp',
        detail: 'expected RFC 3339 with a zone: 1735732800 in seconds since 1970 is "2025-01-01T12:00:00Z"',
      },
    ]);
  });

  test('ignores members of the prototype of a parsed object', () => {
    const input: unknown = JSON.parse(
      '{"__proto__":{"event_type":"login","timestamp":"2025-01-01T12:00:00Z"},"payload":{}}',
    );
    expect(codesOf(input)).toEqual(['/__proto__ unknown_member', '/event_type required', '/timestamp required']);
  });

  test('escapes ~ and / in pointers, and shortens long names', () => {
    const long = 'x'.repeat(500);
    expect(codesOf(eventWith({ 'a/b~c': 1, [long]: 1 }))).toEqual([
      '/a~1b~0c unknown_member',
      `/${'x'.repeat(100)}… unknown_member`,
    ]);
  });

  test.each([
    ['null', null],
    ['an array', []],
    ['a string', '{}'],
    ['a number', 1],
    ['a Date', new Date(0)],
  ])('rejects %s as payload', (_, payload) => {
    expect(codesOf(eventWith({ payload }))).toEqual(['/payload invalid_payload']);
  });

  test('reports the size of a too large payload rather than other problems', () => {
    const input = { event_type: '', extra: true, payload: { bad: Number.NaN, text: 'x'.repeat(1_000) } };
    expect(parseNewEvent(input, LIMITS)).toEqual({ payloadBytes: '{"bad":null,"text":""}'.length + 1_000 });
  });

  test('rejects 100,000 unknown members quickly', () => {
    const input = eventWith(Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`name${index}`, index])));
    expect(problemsOf(input)).toHaveLength(100_000);
    expect(leastCpuMs(() => problemsOf(input))).toBeLessThan(quickCpuMs(JSON.stringify(input)));
  });

  test('accepts the envelopes that NewEventSchema accepts, and no others', () => {
    const wrong = [undefined, null, '', 1, true, {}, [], 'x'.repeat(256)];
    const ids = [...wrong, ID, ID.toUpperCase(), `${ID}0`, '00000000-0000-0000-0000-000000000000'];
    const types = [...wrong, 'login', 'x'.repeat(255), '😀'.repeat(255), 'a\nb', '\ud800'];
    const timestamps = [...wrong, '2025-01-01T12:00:00+01:00', '2025-01-01T12:00:00', '2025-02-30T12:00:00Z'];
    for (const id of ids) {
      for (const event_type of types) {
        for (const timestamp of timestamps) {
          const input = { id, event_type, timestamp, payload: {} };
          const { success, output } = v.safeParse(NewEventSchema, input);
          expect(parseNewEvent(input, LIMITS), JSON.stringify(input)).toEqual(
            success ? { event: output } : { problems: expect.anything() },
          );
        }
      }
    }
  });

  test('keeps no part of the input', () => {
    const input = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { list: [1] } };
    const event = parsed(input);
    input.event_type = 'logout';
    input.payload.list.push(2);
    expect(event).toMatchObject({ event_type: 'login', payload: { list: [1] } });
    expect(Object.isFrozen(input.payload)).toBe(false);
  });
});
