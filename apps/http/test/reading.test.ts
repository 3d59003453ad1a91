import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { call, get, jsonOf, nextLinkOf } from './support/client.ts';
import { newEvent, postEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

async function submit(event: object): Promise<Event> {
  return jsonOf<Event>(await postEvent(server.url, event));
}

/** Submits an event for each number, with that second in its timestamp. */
async function submitSeconds(eventType: string, seconds: readonly number[]): Promise<void> {
  const at = (second: number): string => `2025-01-01T12:00:${String(second).padStart(2, '0')}Z`;
  for (const second of seconds) await submit(newEvent(eventType, { second }, at(second)));
}

function secondsOf(events: readonly Event[]): unknown[] {
  return events.map(({ payload }) => payload.second);
}

describe('a list', () => {
  test('is in ascending order of time, ties by id, and descending with order=desc', async () => {
    await submitSeconds('ordered', [3, 1, 2]);
    const ids = Array.from({ length: 5 }, () => randomUUID());
    for (const id of ids) await submit({ id, ...newEvent('ordered', { second: 4 }, '2025-01-01T12:00:04Z') });
    const ascending = jsonOf<Event[]>(await get(`${server.url}/events?event_type=ordered`));
    expect(secondsOf(ascending)).toEqual([1, 2, 3, 4, 4, 4, 4, 4]);
    expect(ascending.slice(3).map(({ id }) => id)).toEqual(ids.toSorted());
    const descending = jsonOf<Event[]>(await get(`${server.url}/events?event_type=ordered&order=desc`));
    expect(descending).toEqual(ascending.toReversed());
  });

  test('has the events of a range, with both ends, in any zone', async () => {
    await submitSeconds('range', [1, 2, 3, 4]);
    const found = async (query: string): Promise<unknown[]> =>
      secondsOf(jsonOf<Event[]>(await get(`${server.url}/events?event_type=range&${query}`)));
    expect(await found('start=2025-01-01T12:00:02Z&end=2025-01-01T12:00:03Z')).toEqual([2, 3]);
    expect(await found('start=2025-01-01T12:00:03Z')).toEqual([3, 4]);
    expect(await found('end=2025-01-01T12:00:01Z')).toEqual([1]);
    expect(await found('start=2025-01-01&end=2025-01-01')).toEqual([1, 2, 3, 4]);
    expect(await found('start=2025-01-02')).toEqual([]);
    expect(await found('start=2025-01-01T14:00:02%2B02:00&end=2025-01-01T14:00:03%2b02:00')).toEqual([2, 3]);
    expect(await found('start=2025-01-01T12:00:02.000000001Z&end=2025-01-01T12:00:03.999999999Z')).toEqual([3]);
    const reversed = await get(`${server.url}/events?start=2025-01-01T12:00:04Z&end=2025-01-01T12:00:01Z`);
    const { detail } = expectProblem(reversed, 400, 'invalid_query');
    expect(detail).toBe('start: 2025-01-01T12:00:04Z is after end, 2025-01-01T12:00:01Z');
  });

  test('accepts several types', async () => {
    for (const eventType of ['several.a', 'several.b', 'several.c']) await submit(newEvent(eventType));
    const response = await get(`${server.url}/events?event_type=several.a&event_type=several.c&event_type=several.a`);
    expect(jsonOf<Event[]>(response).map(({ event_type }) => event_type)).toEqual(['several.a', 'several.c']);
  });

  test('returns acknowledged events immediately', async () => {
    for (let count = 1; count <= 20; count++) {
      await submit(newEvent('immediate event'));
      expect(jsonOf<Event[]>(await get(`${server.url}/events?event_type=immediate+event`))).toHaveLength(count);
    }
  });
});

describe('a page', () => {
  test.each(['asc', 'desc'])('has a link to the next one until the last, %s', async (order) => {
    const eventType = `paged & "${order}" +/ é`;
    await submitSeconds(eventType, [0, 1, 2, 3, 4, 5, 6]);
    const pages: unknown[][] = [];
    let next: string | undefined = `/events?limit=3&order=${order}&event_type=${encodeURIComponent(eventType)}`;
    while (next !== undefined) {
      const response = await get(server.url + next);
      pages.push(secondsOf(jsonOf<Event[]>(response)));
      next = nextLinkOf(response);
      expect(next ?? '/events?').toMatch(/^\/events\?[\x21-\x7e]*$/); // relative, and safe in a header field
    }
    const seconds = order === 'asc' ? [0, 1, 2, 3, 4, 5, 6] : [6, 5, 4, 3, 2, 1, 0];
    expect(pages).toEqual([seconds.slice(0, 3), seconds.slice(3, 6), seconds.slice(6)]);
  });

  test('is the last one if it is exactly full', async () => {
    await submitSeconds('filled', [1, 2]);
    const response = await get(`${server.url}/events?event_type=filled&limit=2`);
    expect(secondsOf(jsonOf<Event[]>(response))).toEqual([1, 2]);
    expect(nextLinkOf(response)).toBeUndefined();
  });

  test('continues without repeated or missing events while others submit', async () => {
    await submitSeconds('moving', [2, 4, 6]);
    const first = await get(`${server.url}/events?event_type=moving&limit=2`);
    await submitSeconds('moving', [1, 3, 5]);
    const rest = await get(`${server.url}${nextLinkOf(first)}`);
    expect(secondsOf(jsonOf<Event[]>(first))).toEqual([2, 4]);
    expect(secondsOf(jsonOf<Event[]>(rest))).toEqual([5, 6]);
  });

  test('after a cursor can have another limit, or none', async () => {
    await submitSeconds('bound', [1, 2, 3]);
    const next = nextLinkOf(await get(`${server.url}/events?event_type=bound&limit=1`)) ?? '';
    const wider = await get(`${server.url}${next.replace('limit=1', 'limit=10')}`);
    expect(secondsOf(jsonOf<Event[]>(wider))).toEqual([2, 3]);
    const all = await get(`${server.url}${next.replace('limit=1&', '')}`);
    expect(secondsOf(jsonOf<Event[]>(all))).toEqual([2, 3]);
  });
});

describe('an event', () => {
  test('is found at Location, also by an id in upper case', async () => {
    const made = await postEvent(server.url, newEvent('found', { a: 1 }));
    const location = made.headers.get('location') ?? '';
    const { id } = jsonOf<Event>(made);
    expect(location).toBe(`/events/${id}`);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await get(server.url + location)).text).toBe(made.text);
    expect((await get(`${server.url}/events/${id.toUpperCase()}`)).text).toBe(made.text);
  });

  test('has an entity tag, with which it is not sent again', async () => {
    const { id } = await submit(newEvent('tagged'));
    const { headers } = await get(`${server.url}/events/${id}`);
    const tag = headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]+"$/);
    const other = (await get(`${server.url}/events/${(await submit(newEvent('tagged'))).id}`)).headers.get('etag');
    expect(other).not.toBe(tag);
    for (const named of [tag, `W/${tag}`, '*', `"x", ${tag}`]) {
      const response = await get(`${server.url}/events/${id}`, { 'If-None-Match': named });
      expect([response.status, response.text, response.headers.get('etag')]).toEqual([304, '', tag]);
      expect(response.headers.get('cache-control')).toBe('private, no-cache');
    }
    for (const named of ['"x"', '""', String(other)]) {
      expect((await get(`${server.url}/events/${id}`, { 'If-None-Match': named })).status).toBe(200);
    }
  });
});

describe('HEAD', () => {
  test('responds as GET does, without a body', async () => {
    const { id } = await submit(newEvent('head'));
    const ignored = ['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'x-request-id'];
    const fieldsOf = (headers: Headers): unknown =>
      Object.fromEntries([...headers].filter(([name]) => !ignored.includes(name)));
    for (const path of ['/events', `/events/${id}`, '/livez', '/readyz', '/nothing', '/events?limit=0', '/events/x']) {
      const headers = { 'Accept-Encoding': 'identity' };
      const [head, full] = [await call('HEAD', server.url + path, { headers }), await get(server.url + path, headers)];
      expect(head.text).toBe('');
      expect([head.status, fieldsOf(head.headers)]).toEqual([full.status, fieldsOf(full.headers)]);
    }
  });
});
