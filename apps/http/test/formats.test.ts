import { beforeAll, describe, expect, test } from 'vitest';
import { call, get, nextLinkOf, post } from './support/client.ts';
import { newEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { serveApp } from './support/serve-app.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();
const CSV = 'text/csv; charset=utf-8; header=present';

beforeAll(async () => {
  const events = [
    newEvent('format', { user: { id: 7 }, plan: 'pro', tags: [{ name: 'a' }, { name: 'b' }], 'a,b': 1 }),
    newEvent('format', { user: { id: 8 }, plan: '=1+1' }, '2025-01-01T13:00:00Z'),
  ];
  expect((await post(`${server.url}/events`, JSON.stringify(events))).status).toBe(200);
});

function find(query: string, accept = 'application/json') {
  return get(`${server.url}/events?event_type=format&${query}`, { Accept: accept });
}

describe('format', () => {
  test.each([
    ['json', 'application/json'],
    ['ndjson', 'application/x-ndjson'],
    ['csv', CSV],
  ])('%s takes precedence over Accept', async (format, contentType) => {
    for (const accept of ['application/json', 'text/csv', 'image/png']) {
      const response = await find(`format=${format}`, accept);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType]);
    }
  });

  test('stays in the link to the next page', async () => {
    const link = nextLinkOf(await find('format=csv&columns=timestamp&limit=1'));
    expect((await get(server.url + link)).text).toBe('timestamp\r\n2025-01-01T13:00:00Z\r\n');
  });

  test.each(['xml', '', 'JSON', 'csv&format=csv'])('%s is refused', async (format) => {
    expectProblem(await find(`format=${format}`), 400, 'invalid_query');
    expectProblem(await get(`${server.url}/stats?format=${format}`), 400, 'invalid_query');
  });
});

test('Accept: application/jsonl is NDJSON under that name', async () => {
  const response = await find('', 'application/jsonl');
  expect(response.headers.get('content-type')).toBe('application/jsonl');
  expect(response.text).toBe((await find('', 'application/x-ndjson')).text);
});

describe('columns', () => {
  test.each([
    ['timestamp,payload.user.id,payload.plan,payload.none', '2025-01-01T12:00:00Z,7,pro,'],
    ['payload.tags.name', '"[""a"",""b""]"'],
    ['payload."a,b",event_type', '1,format'],
    ['payload.user', '"{""id"":7}"'],
  ])('%s of CSV', async (columns, row) => {
    const [head, first] = (await find(`format=csv&columns=${encodeURIComponent(columns)}`)).text.split('\r\n');
    expect(head?.replaceAll('""', '"').replaceAll(/"(payload[\s\S]*?")"/g, '$1')).toBe(columns);
    expect(first).toBe(row);
  });

  test('prevent formulas in spreadsheets', async () => {
    expect((await find('format=csv&columns=payload.plan')).text).toBe("payload.plan\r\npro\r\n'=1+1\r\n");
  });

  test.each([
    ['type', 'did you mean event_type?'],
    ['', 'expected a comma list of id, event_type, timestamp, payload, payload.PATH'],
    ['id,,timestamp', 'expected a comma list'],
    ['payload.', 'expected a name'],
    ['payload.a[gt]', 'without an operator'],
    [Array(101).fill('id').join(), 'at most 100 columns'],
  ])('%j are refused', async (columns, expected) => {
    const { errors } = expectProblem(await find(`format=csv&columns=${columns}`), 400, 'invalid_query');
    expect(errors).toMatchObject([{ parameter: 'columns', detail: expect.stringContaining(expected) }]);
  });

  test('are refused without CSV', async () => {
    const { detail } = expectProblem(await find('columns=id'), 400, 'invalid_query');
    expect(detail).toContain('add format=csv');
  });
});

test.each([
  [' =1', "' =1"],
  ['＝1', "'＝1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠x', "'＠x"],
  ['\u00a0@x', "'\u00a0@x"],
  ['a;b', '"a;b"'],
  [' plain', ' plain'],
])('CSV writes the event type %j so that a spreadsheet keeps it as text', async (eventType, field) => {
  expect((await post(`${server.url}/events`, JSON.stringify(newEvent(eventType)))).status).toBe(201);
  const query = new URLSearchParams({ event_type: eventType, format: 'csv', columns: 'event_type' });
  expect((await get(`${server.url}/events?${query}`)).text).toBe(`event_type\r\n${field}\r\n`);
});

test('Accept: * is */*', async () => {
  for (const accept of ['*', 'text/html, *;q=0.2'])
    expect((await find('', accept)).headers.get('content-type')).toBe('application/json');
});

describe('HEAD of statistics and event types', () => {
  test.each(['/stats?interval=1d', '/event-types', '/stats?format=csv'])(
    '%s has the header fields of GET',
    async (path) => {
      const [head, whole] = [await call('HEAD', server.url + path), await get(server.url + path)];
      expect([head.status, head.text]).toEqual([200, '']);
      for (const name of ['content-type', 'cache-control', 'vary'])
        expect(head.headers.get(name)).toBe(whole.headers.get(name));
    },
  );

  test('refuses a query that GET refuses', async () => {
    for (const path of ['/stats?interval=1x', '/stats?start=x', '/event-types?x=1'])
      expect((await call('HEAD', server.url + path)).status).toBe(400);
    expect((await call('HEAD', `${server.url}/stats`, { headers: { Accept: 'image/png' } })).status).toBe(406);
  });

  test('does not read the store', async () => {
    const served = await serveApp({ failure: new Error('asked') });
    for (const path of ['/stats', '/stats?interval=1d', '/event-types'])
      expect((await call('HEAD', served.url + path)).status).toBe(200);
    served.close();
  });
});

describe('as CSV', () => {
  test('statistics have a row for each bucket and group', async () => {
    const query = 'event_type=format&metric=sum:payload.user.id&interval=1h&group_by=payload.plan&top=1&format=csv';
    const response = await get(`${server.url}/stats?${query}`);
    expect(response.headers.get('content-type')).toBe(CSV);
    expect(response.text.split('\r\n')).toEqual([
      'bucket,group,value,other',
      expect.stringContaining('2025-01-01T12:00:00Z,'),
      expect.stringContaining('2025-01-01T12:00:00Z,'),
      expect.stringContaining('2025-01-01T13:00:00Z,'),
      expect.stringContaining('2025-01-01T13:00:00Z,'),
      '',
    ]);
    expect(response.text).toContain('2025-01-01T12:00:00Z,,7,true\r\n');
    expect(response.text).toContain("2025-01-01T13:00:00Z,'=1+1,8,\r\n");
  });

  test('event types have a row for each', async () => {
    const response = await get(`${server.url}/event-types`, { Accept: 'text/csv' });
    expect(response.text).toMatch(/^event_type,count,first,last\r\n/);
    expect(response.text).toContain('\r\nformat,2,2025-01-01T12:00:00Z,2025-01-01T13:00:00Z\r\n');
  });
});
