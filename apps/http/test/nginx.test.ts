import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, post } from './support/client.ts';
import { newEvent } from './support/events.ts';
import { HAS_NGINX, NGINX, startNginx } from './support/nginx.ts';
import { expectProblem } from './support/problem.ts';
import { type StartedServer, startServer } from './support/start-server.ts';

const CONFIGURATION = readFileSync(new URL('../deploy/nginx.conf', import.meta.url), 'utf8');
const EVENTS = 60;

describe.skipIf(!HAS_NGINX)(`behind ${NGINX}`, { timeout: 60_000 }, () => {
  let server: StartedServer;
  beforeAll(async () => {
    server = await startServer({ env: { ALLOWED_HOSTS: 'up,event_tracker' } });
    const events = Array.from({ length: EVENTS }, (_, i) => newEvent('proxied', { i, text: 'x'.repeat(100_000) }));
    expect((await post(`${server.url}/events`, JSON.stringify(events))).status).toBe(200);
  }, 60_000);
  afterAll(() => server.process.kill('SIGKILL'));

  test('with its default, HTTP/1.0, a long export is refused and a page is complete', async () => {
    const proxy = await startNginx(
      'server { listen 80; location / { proxy_pass http://up; } } upstream up { server 127.0.0.1:8080; }',
      server.url,
    );
    const { detail } = expectProblem(await get(`${proxy.url}/events`), 505, 'http_version');
    expect(detail).toContain('proxy_http_version 1.1');
    expect(JSON.parse((await get(`${proxy.url}/events?limit=5`)).text)).toHaveLength(5);
    await proxy.stop();
  });

  test('with the configuration of deploy, an export is complete, also with a URL of 26 KB', async () => {
    const proxy = await startNginx(CONFIGURATION, server.url);
    expect(JSON.parse((await get(`${proxy.url}/events`)).text)).toHaveLength(EVENTS);
    const query = Array.from({ length: 100 }, (_, i) => `event_type=${'x'.repeat(250)}${i}`).join('&');
    expect((await get(`${proxy.url}/events?${query}`)).status).toBe(200);
    await proxy.stop();
  });

  test('with the configuration of deploy, an export of a server that is killed does not look complete', async () => {
    const proxy = await startNginx(CONFIGURATION, server.url);
    const [response] = (await once(httpGet(`${proxy.url}/events`), 'response')) as [IncomingMessage];
    await once(response, 'readable');
    server.process.kill('SIGKILL');
    const broken = new Promise<string>((resolve) => {
      response.once('error', () => resolve('broken')).once('end', () => resolve('complete'));
    });
    response.resume();
    expect(await broken).toBe('broken');
    await proxy.stop();
  });
});
