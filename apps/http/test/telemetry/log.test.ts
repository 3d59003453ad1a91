import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import type { LogLevel } from '../../src/telemetry/log.ts';
import { call, get, post } from '../support/client.ts';
import { exchange, openConnection } from '../support/connection.ts';
import { readDocument } from '../support/documents.ts';
import { eventText, newEvent, postEvent, postLines } from '../support/events.ts';
import { type LogLine, logLinesOf, recordLog } from '../support/log-lines.ts';
import { serveStore } from '../support/serve-store.ts';
import { type InProcessServer, startInProcess } from '../support/start-in-process.ts';
import { startServer } from '../support/start-server.ts';
import { parseResponses } from '../support/wire.ts';

const APP = join(import.meta.dirname, '../..');
const MONITORING = readDocument('docs/operate/monitoring.md').text;

/** Returns the log lines of calls to a server, without those of its start and end. */
async function logOf(
  act: (server: InProcessServer) => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<readonly LogLine[]> {
  const server = await startInProcess({ env });
  await act(server);
  const { code, stdout, stderr } = await server.stop();
  expect([code, stderr]).toEqual([0, '']);
  const [starts, listens, documentation, ...lines] = logLinesOf(stdout);
  expect(starts?.msg).toMatch(/^Event Tracker \d+\.\d+\.\d+ starts$/);
  expect(listens?.msg).toContain('listens on');
  expect(documentation?.msg).toContain('Documentation is at');
  expect(lines.pop()?.msg).toBe('stopped');
  // A log line can follow its response after the signal.
  const others = lines.filter(({ msg }) => !msg.startsWith('SIGTERM: stopping'));
  expect(others).toHaveLength(lines.length - 1);
  return others;
}

const number = expect.any(Number);
const REQUEST = { level: 'info', time: number, msg: 'request', duration_ms: number };
const BYTES = { request_bytes: number, response_bytes: number };

/** Calls, each with a request id, and the members of its log line in addition to the common ones. */
const CALLS: readonly [string, (url: string, id: Record<string, string>) => Promise<unknown>, object][] = [
  [
    'an event',
    (url, id) => post(`${url}/events`, eventText('a', '{}'), id),
    { method: 'POST', route: '/events', status: 201, events_submitted: 1, events_stored: 1 },
  ],
  [
    'a batch with a stored event',
    (url, id) => {
      const event = JSON.stringify({ id: randomUUID(), ...newEvent('b') });
      return postLines(url, [event, event, eventText('b', '{}')], id);
    },
    { method: 'POST', route: '/events', status: 200, events_submitted: 3, events_stored: 2 },
  ],
  [
    'a batch that is refused',
    (url, id) => post(`${url}/events`, '[{},{}]', id),
    { method: 'POST', route: '/events', status: 400, problem: 'invalid_event', events_submitted: 2 },
  ],
  [
    'a body that is not JSON',
    (url, id) => post(`${url}/events`, '{', id),
    { method: 'POST', route: '/events', status: 400, problem: 'malformed_json' },
  ],
  [
    'an export',
    (url, id) => get(`${url}/events?event_type=b`, id),
    { method: 'GET', route: '/events', status: 200, events_returned: 2 },
  ],
  [
    'a page',
    (url, id) => get(`${url}/events?limit=1`, id),
    { method: 'GET', route: '/events', status: 200, events_returned: 1 },
  ],
  [
    'HEAD',
    (url, id) => call('HEAD', `${url}/events`, { headers: id }),
    { method: 'HEAD', route: '/events', status: 200 },
  ],
  [
    'an unknown event',
    (url, id) => get(`${url}/events/${randomUUID()}`, id),
    { method: 'GET', route: '/events/{id}', status: 404, problem: 'event_not_found' },
  ],
  [
    'an unknown path',
    (url, id) => get(`${url}/nothing`, id),
    { method: 'GET', route: 'unmatched', status: 404, problem: 'not_found' },
  ],
  [
    'an unknown method',
    (url, id) => call('DELETE', `${url}/stats`, { headers: id }),
    { method: 'DELETE', route: '/stats', status: 405, problem: 'method_not_allowed' },
  ],
  [
    'the web page',
    (url, id) => get(`${url}/`, { ...id, Accept: 'text/html' }),
    { method: 'GET', route: '/', status: 200 },
  ],
  [
    'a missing file of the web page',
    (url, id) => get(`${url}/page/x.js`, id),
    { method: 'GET', route: '/page/{file}', status: 404, problem: 'not_found' },
  ],
  ['statistics', (url, id) => get(`${url}/stats`, id), { method: 'GET', route: '/stats', status: 200 }],
];

describe('the log', () => {
  test('has one line for each request, with its properties and never its contents', async () => {
    const lines = await logOf(async ({ url }) => {
      for (const [name, send] of CALLS) await send(url, { 'X-Request-Id': name.replaceAll(' ', '-') });
    });
    expect(lines).toEqual(
      CALLS.map(([name, , members]) => ({
        ...REQUEST,
        ...BYTES,
        request_id: name.replaceAll(' ', '-'),
        ...members,
      })),
    );
  });

  test('has the lines that docs/operate/monitoring.md explains', () => {
    const [, table = ''] = /^\| Line \| Meaning \|\n\| --- \| --- \|\n((?:\|.*\n)+)/m.exec(MONITORING) ?? [];
    const shown = table.split('\n').flatMap((row) => {
      const [, cell = ''] = row.split(' | ', 1)[0]?.split('| ') ?? [];
      return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, line = '']) => line.split('…').map((part) => part.trim()));
    });
    expect(shown.length).toBeGreaterThan(10);
    const source = globSync('src/**/*.ts', { cwd: APP, exclude: ['**/*.test.ts'] })
      .map((file) => readFileSync(join(APP, file), 'utf8'))
      .join('');
    expect(shown.filter((part) => part !== '' && !source.includes(part))).toEqual([]);
  });

  test('has the format of docs/operate/monitoring.md', async () => {
    const [shown = ''] = /^\{"level":.*"msg":"request"\}$/m.exec(MONITORING) ?? [];
    const [line] = await logOf(({ url }) => post(`${url}/events`, eventText('a', '{}')));
    const varying = { time: 0, request_id: '', duration_ms: 0, request_bytes: 0, response_bytes: 0 };
    expect(JSON.stringify({ ...line, ...varying })).toBe(JSON.stringify({ ...JSON.parse(shown), ...varying }));
  });

  test('has the bytes of each request and of its response, also on a connection that is kept', async () => {
    const chunked = 'Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n';
    const body = eventText('a', '{}');
    const requests = [
      'GET /events HTTP/1.1\r\nHost: a\r\n\r\n',
      `POST /events HTTP/1.1\r\nHost: a\r\n${chunked}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      'GET /stats HTTP/1.1\r\nHost: a\r\n\r\n',
    ];
    const ends: number[] = [0];
    const lines = await logOf(async ({ url }) => {
      const connection = await openConnection(url);
      for (const request of requests) {
        connection.write(request);
        const received = await connection.until((text) => isWhole(text.slice(ends.at(-1))));
        ends.push(received.length);
      }
      connection.socket.destroy();
    });
    expect(lines.map((line) => line.request_bytes)).toEqual(requests.map(({ length }) => length));
    expect(lines.map((line) => line.response_bytes)).toEqual(ends.slice(1).map((end, i) => end - (ends[i] ?? 0)));
  });

  test('has a line for malformed requests and for requests that never reach the app', async () => {
    const heads = [
      'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
      'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX-Request-Id: hosts\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n',
      'GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n',
      'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ];
    const ids: (string | undefined)[] = [];
    const lines = await logOf(
      async ({ url }) => {
        for (const head of heads) {
          const responses = parseResponses(await exchange(url, head));
          ids.push(...responses.map(({ fields }) => fields.get('x-request-id')));
        }
      },
      { REQUEST_TIMEOUT_MS: '300' },
    );
    const { duration_ms: _, ...refused } = { ...REQUEST, route: 'unmatched', problem: 'bad_request', status: 400 };
    const seen = { ...REQUEST, ...BYTES, ...refused, method: 'GET' };
    expect(lines).toEqual(
      [
        refused,
        { ...refused, method: 'CONNECT', status: 405, problem: 'method_not_allowed' },
        seen,
        { ...seen, status: 417, problem: 'expectation_failed' },
        seen,
        { ...seen, method: 'POST', route: '/events', status: 408, problem: 'request_timeout' },
      ].map((line, i) => ({ ...line, request_id: ids[i] })),
    );
    expect(ids[2]).toBe('hosts');
  });

  test('has a line without a stack for clients that disconnect before the response', async () => {
    const lines = await logOf(async (server) => {
      const upload = await openConnection(server.url);
      upload.write(
        'POST /events HTTP/1.1\r\nHost: a\r\nX-Request-Id: upload\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n',
      );
      await upload.until((text) => text.includes('100 Continue'));
      upload.socket.resetAndDestroy();

      const large = eventText('large', JSON.stringify({ text: 'x'.repeat(200_000) }));
      for (let i = 0; i < 3; i++) await postLines(server.url, Array(20).fill(large), { 'X-Request-Id': 'large' });
      const reader = await openConnection(server.url);
      reader.write('GET /events HTTP/1.1\r\nHost: a\r\nX-Request-Id: export\r\n\r\n');
      await reader.until((text) => text.includes('large'));
      reader.socket.resetAndDestroy();
      await expect.poll(() => server.stdout()).toContain('"export"');
    });
    const aborted = { ...REQUEST, ...BYTES, aborted: true };
    expect(lines.filter(({ request_id }) => request_id !== 'large')).toEqual([
      { ...aborted, request_id: 'upload', method: 'POST', route: '/events', status: 499 },
      { ...aborted, request_id: 'export', method: 'GET', route: '/events', status: 200, events_returned: number },
    ]);
  });

  test('has the operation also if the request did not reach it', async () => {
    const lines = await logOf(
      async ({ url }) => {
        await get(`${url}/events/${randomUUID()}`);
        await get(`${url}/events/${randomUUID()}`);
        await postEvent(url, newEvent('a'));
        await get(`${url}/nothing`);
      },
      { RATE_LIMIT: '1/1h', BASE_PATH: '/tracker' },
    );
    expect(lines.slice(1).map(({ route, problem }) => [route, problem])).toEqual([
      ['/events/{id}', 'rate_limited'],
      ['/events', 'rate_limited'],
      ['unmatched', 'rate_limited'],
    ]);
  });
});

describe('LOG_LEVEL', () => {
  const requests = [
    ['warn', undefined], // the store is unavailable: it is full
    ['warn', '/events'],
  ];
  const usual = [['info', '/stats'], ['info', '/events'], ...requests];
  const all = [['debug', '/livez'], ['debug', '/readyz'], ['debug', '/metrics'], ...usual];

  test.each<[LogLevel, unknown]>([
    ['debug', all],
    ['info', usual], // without periodic probes
    ['warn', requests],
    ['error', []],
    ['silent', []],
  ])('%s', async (level, expected) => {
    const { log, lines } = recordLog(level);
    const { url, close } = await serveStore(createMemoryEventStore({ maxEvents: 1 }), { log });
    for (const path of ['/livez', '/readyz', '/metrics', '/stats']) await get(url + path);
    for (const type of ['first', 'one too many']) await postEvent(url, newEvent(type));
    close();
    expect(lines.map(({ level, route }) => [level, route])).toEqual(expected);
  });
});

describe('the reader of the log', () => {
  const id = 'x'.repeat(128); // makes the lines longer

  test('receives all lines before the server ends', async () => {
    const lines = await logOf(async ({ url }) => {
      const connection = await openConnection(url);
      connection.write(`GET /stats HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\n\r\n`.repeat(1_000));
      await connection.until((text) => text.split('HTTP/1.1 200 OK').length > 1_000);
      connection.socket.destroy();
    });
    expect(lines.filter(({ request_id }) => request_id === id)).toHaveLength(1_000);
  });

  test.skipIf(IS_QUICK)('can stop reading: the server drops lines, keeps serving, and stops on request', async () => {
    const server = await startServer({ env: { LOG_LEVEL: 'debug' } });
    server.process.stdout?.pause();
    const connection = await openConnection(server.url);
    const requests = `GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\n\r\n`.repeat(1_000);
    await expect
      .poll(
        async () => {
          connection.write(requests);
          return Number(
            /^event_tracker_log_lines_dropped_total (\d+)$/m.exec((await get(`${server.url}/metrics`)).text)?.[1],
          );
        },
        { timeout: 20_000, interval: 10 },
      )
      .toBeGreaterThan(0);
    connection.socket.destroy();
    expect((await get(`${server.url}/livez`)).status).toBe(200);
    const started = performance.now();
    server.process.kill('SIGTERM');
    expect(await once(server.process, 'exit')).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('can disconnect without ending the server', async () => {
    const server = await startServer();
    server.process.stdout?.destroy();
    for (let i = 0; i < 3; i++) {
      expect((await get(`${server.url}/stats`)).status).toBe(200);
      await sleep(150);
    }
    server.process.kill('SIGTERM');
    expect(await once(server.process, 'exit')).toEqual([0, null]);
  });
});

test('of a client only the request id is logged', { timeout: 60_000 }, async () => {
  let secrets = 0;
  const secret = (): string => `secret${++secrets}`;
  const event = () => ({ event_type: secret(), timestamp: '2025-01-01T12:00:00Z', payload: { [secret()]: secret() } });
  const headers = () => ({
    Authorization: `Bearer ${secret()}`,
    Cookie: secret(),
    'X-Request-Id': `${secret()} !`,
    'User-Agent': secret(),
    'X-Forwarded-For': secret(),
    [`X-${secret()}`]: secret(),
  });
  const server = await startServer({ env: { LOG_LEVEL: 'debug', MAX_PAYLOAD_BYTES: '1000' } });
  const { url } = server;
  const bodies = [
    JSON.stringify(event()),
    JSON.stringify([event(), { ...event(), timestamp: secret() }]),
    JSON.stringify({ ...event(), [secret()]: secret() }),
    JSON.stringify({ ...event(), payload: { text: secret().repeat(1_000) } }),
    `{"event_type":"${secret()}", ${secret()}`,
  ];
  for (const body of bodies) {
    await post(`${url}/events?${secret()}=${secret()}`, body, headers());
    await post(`${url}/events`, body, headers());
    await post(`${url}/events`, body, { ...headers(), 'Content-Type': secret(), Accept: secret() });
    await post(`${url}/events`, gzipSync(body).subarray(0, -9), { ...headers(), 'Content-Encoding': 'gzip' });
  }
  for (const query of [
    `event_type=${secret()}`,
    `payload.${secret()}=${secret()}`,
    `start=${secret()}`,
    `cursor=${secret()}`,
  ])
    await get(`${url}/events?${query}`, headers());
  for (const path of ['events', 'problems', 'docs', 'nothing']) await get(`${url}/${path}/${secret()}`, headers());
  await exchange(url, `GET /${secret()} HTTP/1.1\r\n${secret()} : ${secret()}\r\n\r\n`);
  await exchange(url, `${secret()} / HTTP/1.1\r\nHost: a\r\n\r\n`);
  await exchange(url, `CONNECT ${secret()}:443 HTTP/1.1\r\nHost: ${secret()}\r\n\r\n`);
  await exchange(url, `GET http://${secret()}:x/ HTTP/1.1\r\nHost: ${secret()}\r\n\r\n`);
  const { stdout, stderr } = await server.stop();
  expect(secrets).toBeGreaterThan(200);
  expect(stdout.split('\n').length).toBeGreaterThan(30);
  expect(`${stdout}${stderr}`.match(/.{0,100}secret.{0,50}/gi)).toBeNull();
});

/** True if a response is complete. */
function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? Number.NaN);
  return headEnd !== -1 && text.length >= headEnd + 4 + length;
}
