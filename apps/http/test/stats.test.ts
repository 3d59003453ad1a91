import type { EventTypeSummary, JsonObject, StatsRow } from '@event-tracker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, get, jsonOf, post } from './support/client.ts';
import { newEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

async function submit(events: readonly object[]): Promise<void> {
  expect((await post(`${server.url}/events`, JSON.stringify(events))).status).toBe(200);
}

function submitAt(eventType: string, timestamps: readonly string[], payload: JsonObject = {}): Promise<void> {
  return submit(timestamps.map((timestamp) => newEvent(eventType, payload, timestamp)));
}

async function rowsOf(query: string): Promise<StatsRow[]> {
  const response = await get(`${server.url}/stats?${query}`);
  expect(response.status, response.text.slice(0, 300)).toBe(200);
  return jsonOf<StatsRow[]>(response);
}

/** Returns buckets and their values as text. */
async function seriesOf(query: string): Promise<string[]> {
  return (await rowsOf(query)).map(({ bucket, value }) => `${bucket} ${value}`);
}

/** Returns groups and their values, with `*` for the rest. */
async function groupsOf(query: string): Promise<unknown[]> {
  return (await rowsOf(query)).map(({ group, value, other }) => [other ? '*' : group, value]);
}

describe('metrics', () => {
  beforeAll(() =>
    submit([
      newEvent('sale', { user: 1, amount: 10, items: [{ price: 4 }, { price: [5, [1]] }] }),
      newEvent('sale', { user: '1', amount: -2.5, items: [] }),
      newEvent('sale', { user: 1, amount: '100' }),
      newEvent('sale.refund', { user: null, amount: 2 }),
    ]),
  );

  test.each([
    ['', 3],
    ['&metric=count', 3],
    ['&metric=unique:payload.user', 2],
    ['&metric=sum:payload.amount', 7.5],
    ['&metric=avg:payload.amount', 3.75],
    ['&metric=min:payload.amount', -2.5],
    ['&metric=max:payload.amount', 10],
    ['&metric=sum:payload.items.price', 10],
    ['&metric=max:payload."items".price', 5],
    ['&metric=sum:payload.nothing', 0],
    ['&metric=unique:payload.nothing', 0],
    ['&metric=avg:payload.nothing', null],
    ['&metric=min:payload.items', null],
  ])('event_type=sale%s is %s', async (query, value) => {
    expect(await rowsOf(`event_type=sale${query}`)).toEqual([{ bucket: null, group: null, value }]);
  });

  test.each([
    ['event_type[prefix]=sale', 4],
    ['event_type=sale&event_type=sale.refund', 4],
    ['event_type[prefix]=sale&payload.user=1', 3],
    ['event_type[prefix]=sale&payload.amount[gt]=0&payload.user[ne]=null', 1],
    ['event_type=sale&start=2025-01-01T12:00:00.000000001Z', 0],
    ['event_type=sale&end=2025-01-01T13:00:00%2B01:00', 3],
    ['event_type=nothing', 0],
  ])('use the events that %s finds', async (query, value) => {
    expect(await rowsOf(query)).toEqual([{ bucket: null, group: null, value }]);
  });
});

describe('a series', () => {
  beforeAll(() =>
    submit([
      newEvent('tick', { v: 2 }, '2025-01-01T10:59:59.999999999Z'),
      newEvent('tick', { v: 4 }, '2025-01-01T11:00:00Z'),
      newEvent('tick', { v: 6 }, '2025-01-01T13:30:00Z'),
    ]),
  );

  test('extends from the first match to the last, with empty buckets', async () => {
    const expected = ['10:00:00Z 1', '11:00:00Z 1', '12:00:00Z 0', '13:00:00Z 1'].map((text) => `2025-01-01T${text}`);
    expect(await seriesOf('event_type=tick&interval=1h')).toEqual(expected);
  });

  test('extends from start to end if they are given', async () => {
    const range = 'start=2025-01-01T11:00:00Z&end=2025-01-01T11:20:00Z';
    expect(await seriesOf(`event_type=tick&interval=5m&${range}`)).toEqual([
      '2025-01-01T11:00:00Z 1',
      '2025-01-01T11:05:00Z 0',
      '2025-01-01T11:10:00Z 0',
      '2025-01-01T11:15:00Z 0',
      '2025-01-01T11:20:00Z 0',
    ]);
    expect(await seriesOf('event_type=tick&interval=1h&start=2025-01-01T12:15:00Z')).toEqual([
      '2025-01-01T12:00:00Z 0',
      '2025-01-01T13:00:00Z 1',
    ]);
    expect(
      await seriesOf('event_type=nothing&interval=1d&start=2025-01-01T00:00:00Z&end=2025-01-02T00:00:00Z'),
    ).toEqual(['2025-01-01T00:00:00Z 0', '2025-01-02T00:00:00Z 0']);
  });

  test.each([
    ['unique:payload.v', 0],
    ['sum:payload.v', 0],
    ['avg:payload.v', null],
    ['min:payload.v', null],
    ['max:payload.v', null],
  ])('of %s has %s in an empty bucket', async (metric, empty) => {
    const [, , value] = (await rowsOf(`event_type=tick&interval=1h&metric=${metric}`)).map((row) => row.value);
    expect(value).toBe(empty);
  });

  test('is empty if no event matches and no range is given', async () => {
    expect(await rowsOf('event_type=nothing&interval=1h')).toEqual([]);
    expect(await rowsOf('event_type=nothing&interval=1h&end=2025-01-01T00:00:00Z')).toEqual([]);
    expect(await rowsOf('event_type=nothing&group_by=event_type')).toEqual([]);
    const reversed = `${server.url}/stats?start=2025-01-02T00:00:00Z&end=2025-01-01T00:00:00Z`;
    const { detail } = expectProblem(await get(reversed), 400, 'invalid_query');
    expect(detail).toBe('start: 2025-01-02T00:00:00Z is after end, 2025-01-01T00:00:00Z');
  });
});

describe('time zones', () => {
  const EUROPE = 'time_zone=Europe/Paris';
  const NEW_YORK = 'time_zone=America/New_York';

  beforeAll(async () => {
    await submitAt('paris.spring', [
      '2025-03-29T22:59:59Z',
      '2025-03-29T23:00:00Z',
      '2025-03-30T21:59:59.9Z',
      '2025-03-30T22:00:00Z',
    ]);
    await submitAt('paris.autumn', [
      '2025-10-25T21:59:59Z',
      '2025-10-25T22:00:00Z',
      '2025-10-26T22:59:59.9Z',
      '2025-10-26T23:00:00Z',
    ]);
    await submitAt('new-york.spring', [
      '2025-03-09T04:59:59Z',
      '2025-03-09T05:00:00Z',
      '2025-03-10T03:59:59Z',
      '2025-03-10T04:00:00Z',
    ]);
    await submitAt('new-york.autumn', [
      '2025-11-02T03:59:59Z',
      '2025-11-02T04:00:00Z',
      '2025-11-03T04:59:59Z',
      '2025-11-03T05:00:00Z',
    ]);
    await submitAt('sao-paulo', [
      '2018-11-04T02:59:59Z',
      '2018-11-04T03:00:00Z',
      '2018-11-05T01:59:59Z',
      '2018-11-05T02:00:00Z',
    ]);
    await submitAt('kathmandu', ['2025-01-01T18:14:59Z', '2025-01-01T18:15:00Z', '2025-01-01T19:15:00Z']);
  });

  test.each([
    [
      'paris.spring',
      EUROPE,
      ['2025-03-29T00:00:00+01:00 1', '2025-03-30T00:00:00+01:00 2', '2025-03-31T00:00:00+02:00 1'],
    ],
    [
      'paris.autumn',
      EUROPE,
      ['2025-10-25T00:00:00+02:00 1', '2025-10-26T00:00:00+02:00 2', '2025-10-27T00:00:00+01:00 1'],
    ],
    [
      'new-york.spring',
      NEW_YORK,
      ['2025-03-08T00:00:00-05:00 1', '2025-03-09T00:00:00-05:00 2', '2025-03-10T00:00:00-04:00 1'],
    ],
    [
      'new-york.autumn',
      NEW_YORK,
      ['2025-11-01T00:00:00-04:00 1', '2025-11-02T00:00:00-04:00 2', '2025-11-03T00:00:00-05:00 1'],
    ],
    [
      'sao-paulo',
      'time_zone=America/Sao_Paulo',
      ['2018-11-03T00:00:00-03:00 1', '2018-11-04T01:00:00-02:00 2', '2018-11-05T00:00:00-02:00 1'],
    ],
    ['kathmandu', 'time_zone=Asia/Kathmandu', ['2025-01-01T00:00:00+05:45 1', '2025-01-02T00:00:00+05:45 2']],
    ['kathmandu', 'time_zone=UTC', ['2025-01-01T00:00:00Z 3']],
    ['kathmandu', 'time_zone=Europe/London', ['2025-01-01T00:00:00Z 3']],
  ])('days of %s by %s begin at local midnight', async (eventType, zone, expected) => {
    expect(await seriesOf(`event_type=${eventType}&interval=1d&${zone}`)).toEqual(expected);
  });

  test('hours keep their length when clocks go forward and when they go back', async () => {
    const spring = 'start=2025-03-30T00:00:00Z&end=2025-03-30T01:59:59Z';
    expect(await seriesOf(`event_type=nothing&interval=1h&${EUROPE}&${spring}`)).toEqual([
      '2025-03-30T01:00:00+01:00 0',
      '2025-03-30T03:00:00+02:00 0',
    ]);
    const autumn = 'start=2025-11-02T05:00:00Z&end=2025-11-02T07:00:00Z';
    expect(await seriesOf(`event_type=nothing&interval=1h&${NEW_YORK}&${autumn}`)).toEqual([
      '2025-11-02T01:00:00-04:00 0',
      '2025-11-02T01:00:00-05:00 0',
      '2025-11-02T02:00:00-05:00 0',
    ]);
  });

  test('hours begin at full hours of the local clock', async () => {
    expect(await seriesOf('event_type=kathmandu&interval=1h&time_zone=Asia/Kathmandu')).toEqual([
      '2025-01-01T23:00:00+05:45 1',
      '2025-01-02T00:00:00+05:45 1',
      '2025-01-02T01:00:00+05:45 1',
    ]);
  });

  test('weeks begin on Monday, months on the first', async () => {
    expect(await seriesOf(`event_type=paris.spring&interval=1w&${EUROPE}`)).toEqual([
      '2025-03-24T00:00:00+01:00 3',
      '2025-03-31T00:00:00+02:00 1',
    ]);
    expect(await seriesOf(`event_type[prefix]=paris&interval=1M&${EUROPE}`)).toEqual([
      '2025-03-01T00:00:00+01:00 4',
      '2025-04-01T00:00:00+02:00 0',
      '2025-05-01T00:00:00+02:00 0',
      '2025-06-01T00:00:00+02:00 0',
      '2025-07-01T00:00:00+02:00 0',
      '2025-08-01T00:00:00+02:00 0',
      '2025-09-01T00:00:00+02:00 0',
      '2025-10-01T00:00:00+02:00 4',
    ]);
  });

  test('buckets can be sent back as the start of a query', async () => {
    const [, , last] = await rowsOf(`event_type=paris.spring&interval=1d&${EUROPE}`);
    const start = encodeURIComponent(last?.bucket ?? '');
    expect(await rowsOf(`event_type=paris.spring&start=${start}`)).toEqual([{ bucket: null, group: null, value: 1 }]);
  });
});

describe('groups', () => {
  beforeAll(() =>
    submit([
      newEvent('visit', { tags: ['a', 'b', 'a'], user: 1 }, '2025-01-01T00:00:00Z'),
      newEvent('visit', { tags: 'a', user: 2 }, '2025-01-02T00:00:00Z'),
      newEvent('visit', { tags: ['b', 'c'], user: 1 }, '2025-01-02T00:00:00Z'),
      newEvent('visit', { tags: [], user: 3 }, '2025-01-02T00:00:00Z'),
      newEvent('visit.bot', { tags: 1 }, '2025-01-02T00:00:00Z'),
    ]),
  );

  test('are types, or scalars at a path, each scalar of an array once', async () => {
    expect(await groupsOf('event_type[prefix]=visit&group_by=event_type')).toEqual([
      ['visit', 4],
      ['visit.bot', 1],
    ]);
    expect(await groupsOf('event_type[prefix]=visit&group_by=payload.tags')).toEqual([
      ['a', 2],
      ['b', 2],
      [1, 1],
      ['c', 1],
      [null, 1],
    ]);
  });

  test('outside the top are computed as one group', async () => {
    expect(await rowsOf('event_type=visit&group_by=payload.tags&top=1')).toEqual([
      { bucket: null, group: null, value: 3, other: true },
      { bucket: null, group: 'a', value: 2 },
    ]);
    expect(await groupsOf('event_type=visit&group_by=payload.tags&top=1&metric=unique:payload.user')).toEqual([
      ['a', 2],
      ['*', 2],
    ]);
  });

  test('are in every bucket, ordered by value', async () => {
    expect(await rowsOf('event_type=visit&group_by=payload.tags&top=2&interval=1d')).toEqual([
      { bucket: '2025-01-01T00:00:00Z', group: 'a', value: 1 },
      { bucket: '2025-01-01T00:00:00Z', group: 'b', value: 1 },
      { bucket: '2025-01-01T00:00:00Z', group: null, value: 0, other: true },
      { bucket: '2025-01-02T00:00:00Z', group: null, value: 2, other: true },
      { bucket: '2025-01-02T00:00:00Z', group: 'a', value: 1 },
      { bucket: '2025-01-02T00:00:00Z', group: 'b', value: 1 },
    ]);
  });

  test('default to ten', async () => {
    await submit(Array.from({ length: 12 }, (_, user) => newEvent('ten', { user })));
    expect(await groupsOf('event_type=ten&group_by=payload.user')).toEqual([
      ['*', 2],
      ...[...Array(10).keys()].map((user) => [user, 1]),
    ]);
    expect(await groupsOf('event_type=ten&group_by=payload.user&top=100')).toHaveLength(12);
  });
});

describe('a refused request', () => {
  test.each([
    ['metric', 'metric=median:payload.v'],
    ['metric', 'metric=sum'],
    ['metric', 'metric=sum:payload.a[gt]'],
    ['metric', `metric=sum:payload.${'x'.repeat(2_000)}`],
    ['metric', 'metric='],
    ['interval', 'interval=7x'],
    ['interval', 'interval=1H'],
    ['time_zone', 'time_zone=Mars/Base'],
    ['time_zone', 'time_zone=%2B02:00'],
    ['time_zone', 'time_zone=BST'],
    ['group_by', 'group_by=id'],
    ['group_by', 'group_by=payload'],
    ['top', 'top=0'],
    ['top', 'top=101'],
    ['top', 'top=1e1'],
    ['start', 'start=yesterday'],
    ['start', 'start=2025-01-01T00:00:00+02:00'],
    ['limit', 'limit=10'],
    ['cursor', 'cursor=x'],
    ['metric', 'metric=count&metric=count'],
    ['interval', 'interval=1h&interval=1h'],
    ['payload.a[like]', 'payload.a[like]=1'],
  ])('names %s of %s', async (parameter, query) => {
    const problem = expectProblem(await get(`${server.url}/stats?${query}`), 400, 'invalid_query');
    expect(problem.errors?.map((error) => error.parameter)).toEqual([parameter]);
  });

  test('reports all problems of a query', async () => {
    const response = await get(`${server.url}/stats?metric=x&interval=x&time_zone=x&group_by=x&top=x&start=x`);
    const parameters = expectProblem(response, 400, 'invalid_query').errors?.map(({ parameter }) => parameter);
    expect(parameters?.sort()).toEqual(['group_by', 'interval', 'metric', 'start', 'time_zone', 'top']);
  });

  test.each([
    'interval=1m&start=1990-01-01T00:00:00Z&end=2025-01-01T00:00:00Z',
    'interval=1m&start=1900-01-01T00:00:00Z&end=2262-01-01T00:00:00Z',
    'interval=1d&start=1900-01-01T00:00:00Z&end=2262-01-01T00:00:00Z&time_zone=Europe/Paris',
    'interval=1m&start=2025-01-01T00:00:00Z&end=2025-01-07T22:40:00Z',
  ])('is refused immediately: %s, for its number of buckets', async (query) => {
    const begin = performance.now();
    expectProblem(await get(`${server.url}/stats?${query}`), 400, 'too_many_cells');
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  test('has more than 10,000 groups times buckets', async () => {
    await submit([newEvent('many.a', {}), newEvent('many.b', {})]);
    const range = 'start=2025-01-01T00:00:00Z&end=2025-01-04T11:19:59Z&interval=1m';
    expect(await rowsOf(`event_type[prefix]=many&group_by=event_type&${range}`)).toHaveLength(10_000);
    const longer = range.replace('11:19:59', '11:20:00');
    const response = await get(`${server.url}/stats?event_type[prefix]=many&group_by=event_type&${longer}`);
    expectProblem(response, 400, 'too_many_cells');
    expect(await rowsOf(`event_type=many.a&group_by=event_type&${longer}`)).toHaveLength(5_001);
  });

  test.each(['/stats', '/event-types'])('has a method other than GET and HEAD on %s', async (path) => {
    const response = await call('POST', `${server.url}${path}`);
    expectProblem(response, 405, 'method_not_allowed');
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test.each(['/stats', '/event-types'])('accepts neither JSON nor CSV of %s', async (path) => {
    expectProblem(await get(`${server.url}${path}`, { Accept: 'application/x-ndjson' }), 406, 'not_acceptable');
  });

  test('has a parameter of /event-types', async () => {
    expectProblem(await get(`${server.url}/event-types?event_type=a`), 400, 'invalid_query');
    expectProblem(await get(`${server.url}/event-types?payload.a=1`), 400, 'invalid_query');
  });
});

describe('event types', () => {
  test('have their counts, their first and their last event', async () => {
    await submitAt('types.b', [
      '2025-01-01T12:00:00.000000002Z',
      '1900-01-01T00:00:00Z',
      '2025-01-01T14:00:00.000000003+02:00',
    ]);
    await submitAt('types.a', ['2025-01-01T12:00:00Z']);
    const all = jsonOf<EventTypeSummary[]>(await get(`${server.url}/event-types`));
    expect(all.filter(({ event_type }) => event_type.startsWith('types.'))).toEqual([
      { event_type: 'types.a', count: 1, first: '2025-01-01T12:00:00Z', last: '2025-01-01T12:00:00Z' },
      { event_type: 'types.b', count: 3, first: '1900-01-01T00:00:00Z', last: '2025-01-01T12:00:00.000000003Z' },
    ]);
    expect(all).toEqual(all.toSorted((a, b) => (a.event_type < b.event_type ? -1 : 1)));
  });
});

describe('a response', () => {
  test.each(['/stats', '/event-types'])('of %s can be cached, but must be revalidated', async (path) => {
    const { headers } = await get(`${server.url}${path}`);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('vary')).toBe('Accept, Accept-Encoding');
  });

  test.each(['/stats', '/event-types'])('to HEAD of %s has the same header fields and no body', async (path) => {
    const [head, whole] = [await call('HEAD', `${server.url}${path}`), await get(`${server.url}${path}`)];
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['content-type', 'cache-control', 'vary'])
      expect(head.headers.get(name)).toBe(whole.headers.get(name));
  });

  test('is compressed if it is long and the client accepts it', async () => {
    const url = `${server.url}/stats?interval=1h&start=2025-01-01T00:00:00Z&end=2025-02-01T00:00:00Z`;
    const [plain, compressed] = [
      await get(url, { 'Accept-Encoding': 'identity' }),
      await get(url, { 'Accept-Encoding': 'gzip' }),
    ];
    expect([plain.headers.get('content-encoding'), compressed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    expect(compressed.text).toBe(plain.text);
  });
});
