import type { Event, JsonObject } from '@event-tracker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { get, jsonOf, nextLinkOf } from './support/client.ts';
import { exchange } from './support/connection.ts';
import { newEvent, postEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

const server = useServer();

/** Tests identify events by their positions in this list. */
const PAYLOADS: readonly JsonObject[] = [
  { user: { id: 42, name: 'Ann & Bob' }, plan: 'pro', amount: 10, tags: ['a', 'b'], ok: true },
  { user: { id: '42', name: 'Zoë "Zoë"' }, plan: 'free', amount: 20, tags: [], ok: false },
  { user: { id: 7, name: '100%_\\' }, plan: 'pro', amount: 30.5, tags: ['b', ['c']], none: null },
  {
    plan: 'team',
    amount: '30',
    lines: [
      { sku: 'x', n: 1 },
      { sku: 'y,z', n: 2 },
    ],
    'a.b': { 'c[0]': '+1=1' },
  },
  { plan: '', 'a&b': '😀', '=': '#', constructor: 'own', ' ': ' ' },
];

beforeAll(async () => {
  await postEvent(
    server.url,
    PAYLOADS.map((payload, second) => newEvent('row', payload, `2025-01-01T12:00:0${second}Z`)),
  );
});

async function found(query: string): Promise<readonly number[]> {
  const response = await get(`${server.url}/events?event_type=row&${query}`);
  expect(response.status, response.text).toBe(200);
  return jsonOf<Event[]>(response).map(({ timestamp }) => Number(timestamp.slice(18, 19)));
}

/** Returns a filter as a client writes it in a URL. */
function encode(filter: string): string {
  const [, name = '', value = ''] = /^((?:"[^"]*"|[^="])*)=(.*)$/.exec(filter) ?? [];
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

const cases: readonly [filter: string, positions: readonly number[]][] = [
  ['payload.plan=pro', [0, 2]],
  ['payload.plan=Pro', []],
  ['payload.plan=', [4]],
  ['payload.user.id=42', [0, 1]],
  ['payload.user.id=42.0', [0]],
  ['payload.user.id="42"', [1]],
  ['payload.ok=true', [0]],
  ['payload.none=null', [2]],
  ['payload.tags=b', [0, 2]],
  ['payload.tags=c', [2]],
  ['payload.lines.sku=y,z', [3]],
  ['payload.user.name=Ann & Bob', [0]],
  ['payload.user.name=Zoë "Zoë"', [1]],
  ['payload.user.name="Zoë \\"Zoë\\""', [1]],
  ['payload.user.name="Zo\\u00eb \\"Zo\\u00eb\\""', [1]],
  ['payload.user.name=100%_\\', [2]],
  ['payload.plan[ne]=pro', [1, 3, 4]],
  ['payload.user.id[ne]=42', [2, 3, 4]],
  ['payload.amount[gt]=10', [1, 2]],
  ['payload.amount[gte]=10', [0, 1, 2]],
  ['payload.amount[lt]=30', [0, 1]],
  ['payload.amount[lte]=1e1', [0]],
  ['payload.amount[gte]="3"', [3]],
  ['payload.plan[gt]=free', [0, 2, 3]],
  ['payload.plan[in]=free,team', [1, 3]],
  ['payload.lines.sku[in]="y,z",w', [3]],
  ['payload.user[exists]=false', [3, 4]],
  ['payload.none[exists]=true', [2]],
  ['payload.tags[exists]=true', [0, 1, 2]],
  ['payload.user.name[prefix]=Ann', [0]],
  ['payload.user.name[contains]=%_', [2]],
  ['payload.user.name[contains]=_\\', [2]],
  ['payload.user.name[prefix]=%', []],
  ['payload.user.name[icontains]=ZOË', [1]],
  ['payload.user.name[icontains]=n & b', [0]],
  ['payload.user.id[icontains]=4', [1]],
  ['q=zoË "', [1]],
  ['q=TEAM', [3]],
  ['q=30.5', [2]],
  ['q=+1=1', [3]],
  ['q=ROW', [0, 1, 2, 3, 4]],
  ['q=sku', []],
  ['q=%', [2]],
  ['payload."a.b"."c[0]"=+1=1', [3]],
  ['payload."a.b"."c[0]"[prefix]=+', [3]],
  ['payload.a.b[exists]=true', []],
  ['payload.a&b=😀', [4]],
  ['payload.a&b[gt]=\uffff', [4]],
  ['payload."="=#', [4]],
  ['payload. = ', [4]],
  ['payload.constructor=own', [4]],
  ['payload.constructor[exists]=true', [4]],
  ['payload.toString[exists]=true', []],
  ['payload.__proto__[exists]=true', []],
  [`payload.plan='; drop table events; --`, []],
  ['payload.plan=%', []],
  ['payload.plan[prefix]=_', []],
  ['payload.plan[contains]=\\', []],
  ['payload.*=pro', []],
];

describe('a payload filter', () => {
  test.each(cases)('%s finds %j', async (filter, positions) => {
    expect(await found(encode(filter))).toEqual(positions);
  });

  test('can be encoded minimally or completely', async () => {
    const filter = 'payload.amount[gte]=10&payload.user.name[contains]=n';
    expect(await found(filter)).toEqual([0]);
    expect(await found(filter.replaceAll('[', '%5B').replaceAll(']', '%5D'))).toEqual([0]);
    expect(await found(filter.replaceAll('[', '%5b').replace(']', '%5d'))).toEqual([0]);
    const bytes = [...'payload.plan'].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
    expect(await found(`${bytes}=%70%72%6f`)).toEqual([0, 2]);
    expect(await found('payload.user.name=Ann+%26+Bob')).toEqual([0]);
  });

  test('can have unencoded brackets and quotes', async () => {
    for (const query of ['payload.amount[gte]=30', 'payload."plan"[prefix]="pr"&payload.amount[gt]=10']) {
      const target = `/events?event_type=row&${query}`;
      const wire = await exchange(server.url, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const [response] = parseResponses(wire);
      expect([response?.status, JSON.parse(response?.body ?? '').length]).toEqual([200, 1]);
    }
  });

  test('is combined with others by AND, also for the same path', async () => {
    expect(await found('payload.amount[gte]=10&payload.amount[lt]=30')).toEqual([0, 1]);
    expect(await found('payload.tags=a&payload.tags=b')).toEqual([0]);
    expect(await found('payload.tags[ne]=a&payload.tags[ne]=b')).toEqual([1, 3, 4]);
    expect(await found('payload.plan=pro&payload.user.id=7')).toEqual([2]);
    expect(await found('payload.plan=pro&payload.plan=free')).toEqual([]);
    expect(await found('payload.lines.sku=x&payload.lines.n=2')).toEqual([3]);
    expect(await found('payload.plan=pro&start=2025-01-01T12:00:01Z&order=desc')).toEqual([2]);
    const twenty = Array.from({ length: 20 }, () => 'payload.plan=pro').join('&');
    expect(await found(twenty)).toEqual([0, 2]);
  });

  test('finds events as soon as they are acknowledged', async () => {
    for (let n = 1; n <= 20; n++) {
      await postEvent(server.url, newEvent('now', { n }));
      const response = await get(`${server.url}/events?payload.n=${n}&event_type=now`);
      expect(jsonOf<Event[]>(response)).toHaveLength(1);
    }
  });
});

describe('event_type[prefix]', () => {
  test('finds types by prefix in addition to exact types', async () => {
    for (const type of ['p.a', 'p.b', 'p', 'P.a', 'q.p.', 'p%', 'p_a']) await postEvent(server.url, newEvent(type));
    const typesOf = async (query: string): Promise<readonly string[]> =>
      jsonOf<Event[]>(await get(`${server.url}/events?${query}`)).map(({ event_type }) => event_type);
    expect(await typesOf('event_type[prefix]=p.')).toEqual(['p.a', 'p.b']);
    expect(await typesOf('event_type%5Bprefix%5D=p.&event_type=P.a')).toEqual(['p.a', 'p.b', 'P.a']);
    expect(await typesOf('event_type[prefix]=p_&event_type[prefix]=q')).toEqual(['q.p.', 'p_a']);
    expect(await typesOf('event_type[prefix]=p%25')).toEqual(['p%']);
    expect(await typesOf('event_type[prefix]=nothing')).toEqual([]);
  });
});

describe('pages of a filter', () => {
  beforeAll(async () => {
    const events = Array.from({ length: 40 }, (_, n) =>
      newEvent(`paged.${n % 2}`, { n, 'a & "b"': [n % 4, 'x+y'] }, `2025-01-01T12:00:${String(n).padStart(2, '0')}Z`),
    );
    await postEvent(server.url, events);
  });

  const path = encodeURIComponent('payload."a & \\"b\\""');
  const query = `event_type[prefix]=paged.&${path}=1&${path}[prefix]=x%2B&payload.n[gte]=5`;

  async function follow(link: string): Promise<{ readonly ns: unknown[]; readonly next: string | undefined }> {
    const response = await get(server.url + link);
    expect(response.status, response.text).toBe(200);
    return { ns: jsonOf<Event[]>(response).map(({ payload }) => payload.n), next: nextLinkOf(response) };
  }

  test.each([
    ['asc', [5, 9, 13, 17, 21, 25, 29, 33, 37]],
    ['desc', [37, 33, 29, 25, 21, 17, 13, 9, 5]],
  ])('keep the filter in each link, %s', async (order, expected) => {
    const seen: unknown[] = [];
    let link: string | undefined = `/events?${query}&order=${order}&limit=2`;
    while (link !== undefined) {
      const { ns, next } = await follow(link);
      seen.push(...ns);
      link = next;
    }
    expect(seen).toEqual(expected);
  });

  test('accept the filters in another order', async () => {
    const { next = '' } = await follow(`/events?${query}&limit=2`);
    const pairs = next.slice('/events?'.length).split('&');
    expect((await follow(`/events?${pairs.toReversed().join('&')}`)).ns).toEqual([13, 17]);
  });

  test.each([
    ['with another value', (link: string) => link.replace('=5', '=6')],
    ['with another operator', (link: string) => link.replace('gte', 'gt')],
    ['with another path', (link: string) => link.replace('payload.n', 'payload.m')],
    ['with a filter less', (link: string) => link.replace('&payload.n%5Bgte%5D=5', '')],
    ['with a filter more', (link: string) => `${link}&payload.n[lt]=30`],
    ['with another beginning of types', (link: string) => link.replace('=paged.', '=paged')],
    ['with a type instead', (link: string) => link.replace('%5Bprefix%5D=paged.', '=paged.1')],
  ])('refuse a cursor %s', async (_, change) => {
    const { next = '' } = await follow(`/events?${query}&limit=2`);
    const changed = change(next);
    expect(changed).not.toBe(next);
    expectProblem(await get(server.url + changed), 400, 'invalid_cursor');
  });
});
