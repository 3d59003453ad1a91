import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { get, jsonOf, post } from '../support/client.ts';
import { eventText, NOON, newEvent, postEvent, postLines, storedOf } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { useServer } from '../support/use-server.ts';

const server = useServer();

/** Submits an event with a payload, alone and in both kinds of batch, and expects the event `stored` each time. */
async function expectStored(payload: string, stored: string): Promise<void> {
  const event = eventText('payload', payload);
  const made = await post(`${server.url}/events`, event);
  expect(made.status, made.text.slice(0, 300)).toBe(201);
  const array = await post(`${server.url}/events`, `[${event}]`);
  const lines = await postLines(server.url, [event]);
  const ids = [made, array, lines].map((response) => {
    const { id, ids } = jsonOf<{ id?: string; ids?: string[] }>(response);
    return id ?? ids?.[0];
  });
  for (const id of ids) {
    const { text } = await get(`${server.url}/events/${id}`);
    expect(text).toBe(`{"id":"${id}","event_type":"payload","timestamp":"2025-01-01T12:00:00Z","payload":${stored}}\n`);
  }
}

async function expectRefused(payload: string, pointer: string, code: string): Promise<void> {
  const { error_count, errors } = expectProblem(
    await post(`${server.url}/events`, eventText('payload.refused', payload)),
    400,
    'invalid_event',
  );
  expect([error_count, errors?.[0]?.pointer, errors?.[0]?.code]).toEqual([1, pointer, code]);
}

describe('U+0000', () => {
  test.each([
    ['{"a":"\\u0000"}', '/payload/a'],
    ['{"a":["x",{"b":"x\\u0000y"}]}', '/payload/a/1/b'],
    ['{"\\u0000":1}', '/payload/\u0000'],
    ['{"a":{"b\\u0000":1}}', '/payload/a/b\u0000'],
  ])('in a payload is refused with its place: %s', async (payload, pointer) => {
    await expectRefused(payload, pointer, 'nul_character');
  });

  test('and other control characters in event_type are refused with its place', async () => {
    for (const eventType of ['\0', 'a\0b', '\n', 'a\tb', '\x7f', '\x85', '\x1b[31m']) {
      const { errors } = expectProblem(await postEvent(server.url, newEvent(eventType)), 400, 'invalid_event');
      expect(errors?.map(({ pointer }) => pointer)).toEqual(['/event_type']);
    }
  });
});

describe('surrogates', () => {
  test.each([
    ['{"a":"\\ud800"}', '/payload/a'],
    ['{"a":"x\\udc00\\ud800y"}', '/payload/a'],
    ['{"a":{"\\udfff":1}}', '/payload/a/\ufffd'],
  ])('alone are refused: %s', async (payload, pointer) => {
    const { errors } = expectProblem(
      await post(`${server.url}/events`, eventText('payload.refused', payload)),
      400,
      'invalid_event',
    );
    // UTF-8 cannot represent the name.
    expect(errors?.map((error) => [error.pointer?.toWellFormed(), error.code])).toEqual([[pointer, 'lone_surrogate']]);
  });

  test('alone in event_type are refused', async () => {
    const body = eventText('*', '{}').replace('*', '\\ud83d');
    const { errors } = expectProblem(await post(`${server.url}/events`, body), 400, 'invalid_event');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/event_type']);
  });

  test('in pairs are stored', async () => {
    await expectStored('{"\\ud83d\\ude00":"\\uD83D\\uDE00 😀"}', '{"😀":"😀 😀"}');
  });
});

describe('names', () => {
  test('__proto__ is refused at any place', async () => {
    await expectRefused('{"__proto__":{"polluted":true}}', '/payload/__proto__', 'forbidden_name');
    await expectRefused('{"a":[{"__proto__":1}]}', '/payload/a/0/__proto__', 'forbidden_name');
    const envelope =
      '{"__proto__":{"event_type":"x"},"event_type":"x","timestamp":"2025-01-01T12:00:00Z","payload":{}}';
    const { errors } = expectProblem(await post(`${server.url}/events`, envelope), 400, 'invalid_event');
    expect(errors?.map(({ pointer, code }) => [pointer, code])).toEqual([['/__proto__', 'unknown_member']]);
  });

  test('of inherited methods are data', async () => {
    const payload =
      '{"constructor":{"prototype":{"x":1}},"toString":"x","hasOwnProperty":null,"valueOf":[],"toJSON":1}';
    await expectStored(payload, payload);
    const response = await postEvent(server.url, newEvent('constructor'));
    expect(response.status).toBe(201);
    expect(await storedOf(server.url, 'constructor')).toHaveLength(1);
    expect(await storedOf(server.url, 'toString')).toEqual([]);
    expect(await storedOf(server.url, '__proto__')).toEqual([]);
  });

  test('that occur twice have their last value', async () => {
    await expectStored('{"a":1,"b":2,"a":{"c":3,"c":4}}', '{"a":{"c":4},"b":2}');
  });

  test('keep their order, with integers first', async () => {
    await expectStored('{"z":1,"10":2,"a":3,"9":4,"-1":5,"01":6}', '{"9":4,"10":2,"z":1,"a":3,"-1":5,"01":6}');
  });

  test('with an escape are unchanged after any other names', async () => {
    // Node's JSON.parse can read the second name as the first (nodejs/node#63785).
    await expectStored('{"first":0,"\\\\":1}', '{"first":0,"\\\\":1}');
    await expectStored('{"first":0,"\\n":1}', '{"first":0,"\\n":1}');
    await expectStored('{"first":0,"\\"":1}', '{"first":0,"\\"":1}');
  });

  test('can be empty, and have any other text', async () => {
    await expectStored(
      '{"":0,"a.b":1,"a/b~c":2,"\\"\\\\":3,"ключ":4,"\\u2028\\ufeff\\t":5}',
      '{"":0,"a.b":1,"a/b~c":2,"\\"\\\\":3,"ключ":4,"\u2028\ufeff\\t":5}',
    );
  });
});

describe('numbers', () => {
  test.each([
    '9007199254740993',
    '-9007199254740993',
    '0.1234567890123456789',
    '3.0000000000000000000001',
    '1e-400',
    '1E+400',
    '1e999',
    '-1e999',
    '123456789012345678901234567890',
  ])('that a double would change or cannot hold are refused: %s', async (number) => {
    await expectRefused(`{"a":[${number}]}`, '/payload/a/0', 'inexact_number');
    const lines = `\n${eventText('lines', '{}')}\n${eventText('lines', `{"a":[${number}]}`)}`;
    for (const [body, type, place] of [
      [`[${eventText('array', '{}')},${eventText('array', `{"a":[${number}]}`)}]`, 'application/json', { index: 1 }],
      [lines, 'application/x-ndjson', { index: 1, line: 3 }],
    ] as const) {
      const response = await post(`${server.url}/events`, body, { 'Content-Type': type });
      const { detail, errors } = expectProblem(response, 400, 'invalid_event');
      expect(errors).toMatchObject([{ ...place, pointer: '/payload/a/0', code: 'inexact_number' }]);
      expect(detail).toMatch(/^event 1, \/payload\/a\/0: expected a number that a double holds/);
    }
  });

  test.each([
    ['9007199254740991', '9007199254740991'],
    ['-9007199254740991', '-9007199254740991'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['0.1', '0.1'],
    ['-9007199254740992', '-9007199254740992'],
    ['1e21', '1e+21'],
    ['6.02214076e23', '6.02214076e+23'],
    ['0.10000000000000001', '0.1'],
    ['1152921504606847000', '1152921504606847000'],
    ['2.50', '2.5'],
    ['5e-324', '5e-324'],
    ['1.0', '1'],
    ['1e3', '1000'],
    ['1e-7', '1e-7'],
    ['0.1000000000000000055511151231257827', '0.1'],
  ])('are doubles: %s is stored as %s', async (number, stored) => {
    await expectStored(`{"a":${number}}`, `{"a":${stored}}`);
  });
});

describe('texts', () => {
  test.each([
    `'; drop table events; --`,
    '%_\\ *?',
    '<script>alert(1)</script>',
    '\u001f\u007f\u0085\u2028\u2029\ufeff\uffff',
    '  spaces  ',
    '\r\nX-Injected: 1',
    '=1+1',
    '{"a":1}',
    '',
  ])('are data: %j', async (text) => {
    await expectStored(`{"a":${JSON.stringify(text)}}`, `{"a":${JSON.stringify(text)}}`);
  });
});

describe('payloads', () => {
  test.each(['null', '5', '"x"', '[]', '[{}]', 'true'])('that are not objects are refused: %s', async (payload) => {
    await expectRefused(payload, '/payload', 'invalid_payload');
  });

  test('can be empty', async () => {
    await expectStored('{}', '{}');
  });
});

describe('event_type', () => {
  test.each<[string, unknown]>([
    ['an empty one', ''],
    ['one of 256 characters', 'x'.repeat(256)],
    ['one of 256 emoji', '😀'.repeat(256)],
    ['a number', 5],
    ['null', null],
    ['an array', ['login']],
  ])('is refused: %s', async (_, eventType) => {
    const { errors } = expectProblem(
      await postEvent(server.url, { ...newEvent('x'), event_type: eventType }),
      400,
      'invalid_event',
    );
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/event_type']);
  });

  test.each(['x', 'x'.repeat(255), '😀'.repeat(255), ' ', '*', 'a/b?c=d&e#f', "'; drop table events; --", '%', 'é'])(
    'is stored and found: %j',
    async (eventType) => {
      const made = await postEvent(server.url, newEvent(eventType));
      expect(made.status).toBe(201);
      expect((await storedOf(server.url, eventType)).map(({ id }) => id)).toEqual([jsonOf<Event>(made).id]);
    },
  );
});

describe('ids', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['empty', ''],
    ['a word', 'abc'],
    ['a number', 5],
    ['the nil UUID', '00000000-0000-0000-0000-000000000000'],
    ['the max UUID', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
    ['without hyphens', '018cc251f40070008000000000000001'],
    ['in braces', '{018cc251-f400-7000-8000-000000000001}'],
    ['with a letter beyond f', '018cc251-f400-7000-8000-00000000000g'],
    ['with a line feed', '018cc251-f400-7000-8000-000000000001\n'],
    ['with digits of another script', '018cc251-f400-7000-8000-00000000000١'],
  ])('that are %s are refused', async (_, id) => {
    const { errors } = expectProblem(await postEvent(server.url, { id, ...newEvent('id') }), 400, 'invalid_event');
    expect(errors?.map(({ pointer, code }) => [pointer, code])).toEqual([['/id', 'invalid_id']]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 0, 15])('of version %i are accepted', async (version) => {
    const id = `018cc251-f400-${version.toString(16)}000-0000-000000000001`;
    const made = await postEvent(server.url, { id, ...newEvent('id') });
    expect([made.status, jsonOf<Event>(made).id]).toEqual([201, id]);
  });
});

describe('timestamps', () => {
  test.each<unknown[]>([
    ['2016-12-31T23:59:60Z'],
    ['2025-02-30T00:00:00Z'],
    ['2025-04-31T00:00:00Z'],
    ['1900-02-29T00:00:00Z'],
    ['2025-00-01T00:00:00Z'],
    ['2025-13-01T00:00:00Z'],
    ['2025-01-00T00:00:00Z'],
    ['2025-01-01T24:00:00Z'],
    ['2025-01-01T12:60:00Z'],
    ['2025-01-01T12:00:00+24:00'],
    ['2025-01-01T12:00:00+02:60'],
    ['2025-01-01T12:00:00+0530'],
    ['2025-01-01T12:00:00+05'],
    ['2025-01-01 12:00:00Z'],
    ['2025-01-01T12:00:00'],
    ['2025-01-01T12:00Z'],
    ['2025-01-01'],
    ['20250101T120000Z'],
    ['2025-1-1T12:00:00Z'],
    ['0000-01-01T00:00:00Z'],
    ['0099-01-01T00:00:00Z'],
    ['+002025-01-01T12:00:00Z'],
    ['-2025-01-01T12:00:00Z'],
    ['2025-01-01T12:00:00.Z'],
    ['2025-01-01T12:00:00,5Z'],
    ['2025-01-01T12:00:00.1234567891Z'],
    [' 2025-01-01T12:00:00Z'],
    ['2025-01-01T12:00:00Z\n'],
    ['2025-01-01T12:00:00\u221202:00'],
    ['２０２５-01-01T12:00:00Z'],
    ['1899-12-31T23:59:59.999999999Z'],
    ['1900-01-01T00:00:00+00:01'],
    ['2262-04-11T23:47:16.854775808Z'],
    ['2262-04-11T23:47:16.854775807-00:01'],
    ['now'],
    [''],
    [1735732800],
    [1735732800000],
    [null],
    [true],
    [{}],
    [['2025-01-01T12:00:00Z']],
  ])('that are not an instant are refused: %j', async (timestamp) => {
    const { errors } = expectProblem(
      await postEvent(server.url, { event_type: 'time', timestamp, payload: {} }),
      400,
      'invalid_event',
    );
    expect(errors?.map(({ pointer, code }) => [pointer, code])).toEqual([['/timestamp', 'invalid_timestamp']]);
  });

  test.each([
    [NOON, NOON],
    ['2025-01-01t12:00:00z', NOON],
    ['2025-01-01T12:00:00.000Z', NOON],
    ['2025-01-01T12:00:00.120Z', '2025-01-01T12:00:00.12Z'],
    ['2025-01-01T12:00:00.123456789Z', '2025-01-01T12:00:00.123456789Z'],
    ['2025-01-01T12:00:00.000000001Z', '2025-01-01T12:00:00.000000001Z'],
    ['2025-01-01T12:00:00+02:00', '2025-01-01T10:00:00Z'],
    ['2025-01-01T12:00:00-00:00', NOON],
    ['2025-01-01T00:00:00+23:59', '2024-12-31T00:01:00Z'],
    ['2024-12-31T23:59:59.5-23:59', '2025-01-01T23:58:59.5Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
    ['1900-01-01T00:00:00Z', '1900-01-01T00:00:00Z'],
    ['1899-12-31T23:59:00-00:01', '1900-01-01T00:00:00Z'],
    ['2262-04-11T23:47:16.854775807Z', '2262-04-11T23:47:16.854775807Z'],
  ])('are kept to the nanosecond, in UTC: %s is %s', async (given, stored) => {
    const made = await postEvent(server.url, newEvent('time', {}, given));
    expect([made.status, jsonOf<Event>(made).timestamp]).toEqual([201, stored]);
    expect((await get(server.url + made.headers.get('location'))).text).toBe(made.text);
    const query = new URLSearchParams({ event_type: 'time', start: given, end: given });
    const found = jsonOf<Event[]>(await get(`${server.url}/events?${query}`));
    expect(found.map(({ id }) => id)).toContain(jsonOf<Event>(made).id);
  });
});
