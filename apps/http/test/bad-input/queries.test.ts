import type { Event } from '@event-tracker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { get, jsonOf, nextLinkOf } from '../support/client.ts';
import { exchange } from '../support/connection.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { useServer } from '../support/use-server.ts';
import { parseResponses } from '../support/wire.ts';

const server = useServer();
beforeAll(async () => {
  await postEvent(
    server.url,
    [1, 2, 3].map((n) => newEvent('queried', { n })),
  );
});

async function expectInvalid(query: string, parameter: string, code: string): Promise<string> {
  const { errors } = expectProblem(await get(`${server.url}/events?${query}`), 400, 'invalid_query');
  expect(errors?.map((error) => [error.parameter, error.code])).toEqual([[parameter, code]]);
  return errors?.[0]?.detail ?? '';
}

describe('limit', () => {
  test.each([
    '0',
    '-1',
    '10001',
    '1e9',
    '1e1',
    'abc',
    '',
    '1.5',
    '0x10',
    '%2B5',
    '+5',
    ' 5',
    '٥',
    'NaN',
    '9'.repeat(400),
  ])('%j is refused', async (limit) => {
    expect(await expectInvalid(`limit=${limit}`, 'limit', 'invalid_limit')).toBe(
      'expected a whole number from 1 to 10000',
    );
  });

  test.each(['1', '10000', '007'])('%j is a number of events', async (limit) => {
    const found = jsonOf<Event[]>(await get(`${server.url}/events?limit=${limit}`));
    expect(found).toHaveLength(Math.min(Number(limit), 3));
  });

  test('given twice is refused, even with the same value', async () => {
    await expectInvalid('limit=1&limit=1', 'limit', 'repeated_parameter');
  });
});

describe('start and end', () => {
  test.each(['yesterday', '', '2025-02-30', '2025-13-01T00:00:00Z', '2025-01-01T12:00:00', '1735732800', 'null'])(
    '%j is refused',
    async (time) => {
      await expectInvalid(`start=${time}`, 'start', 'invalid_start');
      await expectInvalid(`end=${time}`, 'end', 'invalid_end');
    },
  );

  test('with an unencoded + are refused with a hint', async () => {
    for (const name of ['start', 'end']) {
      const detail = await expectInvalid(`${name}=2025-01-01T12:00:00+02:00`, name, `invalid_${name}`);
      expect(detail).toContain('write it as %2B');
    }
  });

  test('given twice are refused', async () => {
    await expectInvalid(`start=2025-01-01T12:00:00Z&start=2025-01-02T12:00:00Z`, 'start', 'repeated_parameter');
  });
});

describe('order', () => {
  test.each(['up', '', 'ASC', 'asc,desc', 'toString'])('%j is refused', async (order) => {
    expect(await expectInvalid(`order=${order}`, 'order', 'invalid_order')).toBe('expected asc, desc or arrival');
  });
});

describe('event_type', () => {
  test('that no event can have is refused', async () => {
    for (const eventType of ['', '%00', '%0A', 'x'.repeat(256), 'x'.repeat(10_000)])
      await expectInvalid(`event_type=${eventType}`, 'event_type', 'invalid_event_type');
  });

  test('given more than a hundred times is refused', async () => {
    const query = (count: number): string => Array.from({ length: count }, (_, i) => `event_type=${i}`).join('&');
    expect((await get(`${server.url}/events?${query(100)}`)).text).toBe('[]\n');
    await expectInvalid(query(101), 'event_type', 'invalid_event_type');
  });

  test.each([
    "'; drop table events; --",
    '%',
    '_ueried',
    'quer%',
    'queried\\',
    '*',
    '.*',
    'Queried',
    'queried ',
    '"queried"',
  ])('is data, and matches nothing else: %j', async (eventType) => {
    expect((await get(`${server.url}/events?event_type=${encodeURIComponent(eventType)}`)).text).toBe('[]\n');
    expect(jsonOf<Event[]>(await get(`${server.url}/events?event_type=queried`))).toHaveLength(3);
  });
});

describe('a cursor', () => {
  const query = 'event_type=queried&limit=1';
  const cursorOf = async (): Promise<string> => {
    const next = nextLinkOf(await get(`${server.url}/events?${query}`));
    return new URL(next ?? '', server.url).searchParams.get('cursor') ?? '';
  };

  test('of the same query is accepted', async () => {
    const cursor = await cursorOf();
    expect((await get(`${server.url}/events?${query}&cursor=${cursor}`)).status).toBe(200);
  });

  test('that is not a cursor is refused', async () => {
    const shaped = '1-0000000-0-00000000000000000000000000000000';
    for (const cursor of ['', 'x', 'null', 'forged', 'Zm9yZ2Vk', '1-', '%00', shaped, 'x'.repeat(10_000)])
      expectProblem(await get(`${server.url}/events?${query}&cursor=${cursor}`), 400, 'invalid_cursor');
  });

  test('that is truncated, extended or changed in one character is refused', async () => {
    const cursor = await cursorOf();
    for (let i = 0; i < cursor.length; i++) {
      const other = cursor[i] === '1' ? '2' : '1';
      const changed = cursor.slice(0, i) + other + cursor.slice(i + 1);
      for (const damaged of [cursor.slice(0, i), changed, `${cursor.slice(0, i)}1${cursor.slice(i)}`])
        expectProblem(await get(`${server.url}/events?${query}&cursor=${damaged}`), 400, 'invalid_cursor');
    }
  });

  test('of another filter or order is refused', async () => {
    const cursor = await cursorOf();
    for (const other of [
      'limit=1',
      'event_type=other&limit=1',
      'event_type=queried&event_type=other&limit=1',
      `${query}&order=desc`,
      `${query}&start=2025-01-01T00:00:00Z`,
      `${query}&end=2026-01-01T00:00:00Z`,
    ])
      expectProblem(await get(`${server.url}/events?${other}&cursor=${cursor}`), 400, 'invalid_cursor');
  });
});

describe('a query string', () => {
  test.each([
    ['event_type=%', 'event_type'],
    ['event_type=%zz', 'event_type'],
    ['event_type=%ff', 'event_type'],
    ['event_type=%c0%80', 'event_type'],
    ['event_type=%ed%a0%80', 'event_type'],
    ['%ff=1', '%ff'],
  ])('that does not decode is refused, with the name of the parameter: %s', async (query, parameter) => {
    await expectInvalid(query, parameter, 'invalid_encoding');
  });

  test('with thousands of unknown parameters gets a short response', async () => {
    const { error_count, errors } = expectProblem(
      await get(`${server.url}/events?${'a&'.repeat(7_000)}`),
      400,
      'invalid_query',
    );
    expect([error_count, errors?.length]).toEqual([7_000, 20]);
    const long = `${'%01'.repeat(100)}=1&`.repeat(40);
    expectProblem(await get(`${server.url}/events?${long}`), 400, 'invalid_query');
  });

  test('with bytes that a URL cannot have is refused', async () => {
    for (const target of ['/events?event_type=é', '/events?event_type=\x01', '/events?event_type=a b', '/é']) {
      const wire = await exchange(server.url, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(parseResponses(wire).map(({ status }) => status)).toEqual([400]);
    }
  });
});
