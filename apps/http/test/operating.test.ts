import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { call, get, jsonOf, nextLinkOf } from './support/client.ts';
import { newEvent, postEvent } from './support/events.ts';
import { logLinesOf } from './support/log-lines.ts';
import { expectProblem } from './support/problem.ts';
import { runServer, type StartedServer, startServer } from './support/start-server.ts';
import { useServer } from './support/use-server.ts';

const VERSION = manifest.version;

describe('probes', () => {
  const server = useServer();

  test('/livez returns 200 while the process is alive', async () => {
    const response = await get(`${server.url}/livez`);
    expect([response.status, jsonOf(response)]).toEqual([200, { status: 'alive' }]);
  });

  test('/readyz returns the store and its guarantees', async () => {
    const response = await get(`${server.url}/readyz`);
    expect([response.status, jsonOf(response)]).toEqual([
      200,
      {
        status: 'ready',
        version: VERSION,
        store: 'memory',
        guarantees: { durability: 'process', conflicts: 'exact', batches: 'exact', following: 'exact' },
      },
    ]);
  });
});

describe('a base path', () => {
  const server = useServer({ env: { BASE_PATH: '/apps/tracker/' } });

  test('is a prefix of every path', async () => {
    expect(new URL(server.url).pathname).toBe('/apps/tracker');
    for (const path of ['/livez', '/readyz', '/events', '/problems/internal'])
      expect((await get(server.url + path)).status).toBe(200);
  });

  test('is in every link', async () => {
    const { origin } = new URL(server.url);
    const made = await postEvent(server.url, newEvent('base'));
    await postEvent(server.url, newEvent('base'));
    expect((await get(origin + made.headers.get('location'))).text).toBe(made.text);
    const next = nextLinkOf(await get(`${server.url}/events?event_type=base&limit=1`));
    expect(jsonOf<Event[]>(await get(origin + next))).toHaveLength(1);
    const { type } = expectProblem(await get(`${server.url}/events/x`), 400, 'invalid_id', '/apps/tracker');
    expect(jsonOf(await get(origin + type))).toMatchObject({ type, code: 'invalid_id' });
  });

  test.each([
    ['', '/apps/tracker/'],
    ['/', '/apps/tracker/docs'],
    ['/docs/', '/apps/tracker/docs'],
  ])('redirects %j to %s', async (path, location) => {
    const response = await get(server.url + path);
    expect([response.status, response.headers.get('location')]).toEqual([307, location]);
    expectProblem(await call('PUT', server.url + path), 405, 'method_not_allowed', '/apps/tracker');
  });

  test('leaves no path outside', async () => {
    const { origin } = new URL(server.url);
    for (const path of ['/', '/livez', '/events', '/apps', '/apps/trackerevents']) {
      const { detail } = expectProblem(await get(origin + path), 404, 'not_found', '/apps/tracker');
      expect(detail).toMatch(/did you mean \/apps\/tracker\/|; see \/apps\/tracker\/docs/);
    }
    const wrongMethod = await call('PUT', `${server.url}/events`);
    expectProblem(wrongMethod, 405, 'method_not_allowed', '/apps/tracker');
  });
});

test('a start logs its version, address, store, durability and rate limit, the lack of keys, and the addresses of /docs and of the web page', async () => {
  const unlimited = await startServer();
  const limited = await startServer({
    env: { RATE_LIMIT: '100/5m', EVENTS_RATE_LIMIT: '5000/1h', BASE_PATH: '/t', WEB_PAGE: 'off' },
  });
  expect(await startUpLinesOf(unlimited)).toEqual([
    `Event Tracker ${VERSION} starts`,
    `Event Tracker listens on ${unlimited.url}, store memory: (durability: process), no rate limit, no keys`,
    `Documentation is at ${unlimited.url}/docs, the web page at ${unlimited.url}/`,
  ]);
  expect(limited.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/t$/);
  expect(await startUpLinesOf(limited)).toEqual([
    `Event Tracker ${VERSION} starts`,
    `Event Tracker listens on ${limited.url}, store memory: (durability: process), 100 requests in 300 s and 5000 events in 3600 s per client, no keys`,
    `Documentation is at ${limited.url}/docs`,
  ]);
});

async function startUpLinesOf(server: StartedServer): Promise<readonly string[]> {
  const { code, stdout, stderr } = await server.stop();
  expect([code, stderr]).toEqual([0, '']);
  const said = logLinesOf(stdout).map(({ msg }) => msg);
  return said.slice(0, said.indexOf('SIGTERM: stopping, which may take 8000 ms'));
}

describe('the command line', () => {
  test('--version prints the version without reading settings', async () => {
    const { code, stdout, stderr } = await runServer({ args: ['--version'], env: { RATE_LIMIT: 'invalid' } }).exit;
    expect([code, stdout, stderr]).toEqual([0, `${VERSION}\n`, '']);
  });

  test('refuses any other argument', async () => {
    const { code, stdout, stderr } = await runServer({ args: ['--port=80'] }).exit;
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      '--port=80: unknown argument; settings are environment variables\n',
    ]);
  });
});

test('/metrics has the version', async () => {
  const server = await startServer();
  const { text } = await get(`${server.url}/metrics`);
  expect(text).toContain(`event_tracker_build_info{version="${VERSION}"} 1\n`);
  await server.stop();
});
