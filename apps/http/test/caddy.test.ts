import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CADDY, HAS_CADDY, IS_OLD_CADDY, type StartedCaddy, startCaddy } from './support/caddy.ts';
import { get, post } from './support/client.ts';
import { openStream } from './support/event-stream.ts';
import { newEvent, postEvent } from './support/events.ts';
import { type StartedServer, startServer } from './support/start-server.ts';

const CONFIGURATION = readFileSync(new URL('../deploy/Caddyfile', import.meta.url), 'utf8');
const EVENTS = 300;

describe.skipIf(!HAS_CADDY)(`behind ${CADDY} with the configuration of deploy`, { timeout: 60_000 }, () => {
  let server: StartedServer;
  let proxy: StartedCaddy;
  beforeAll(async () => {
    server = await startServer();
    proxy = await startCaddy(CONFIGURATION, server.url);
    const events = Array.from({ length: EVENTS }, (_, i) => newEvent('proxied', { i, text: 'x'.repeat(25_000) }));
    expect((await post(`${proxy.url}/events`, JSON.stringify(events))).status).toBe(200);
  }, 60_000);
  afterAll(async () => {
    await proxy.stop();
    server.process.kill('SIGKILL');
  });

  test('an export is complete, also with a URL of 26 KB', async () => {
    expect(JSON.parse((await get(`${proxy.url}/events`)).text)).toHaveLength(EVENTS);
    const query = Array.from({ length: 100 }, (_, i) => `event_type=${'x'.repeat(250)}${i}`).join('&');
    expect((await get(`${proxy.url}/events?${query}`)).status).toBe(200);
  });

  test('a stream delivers events as they arrive', async () => {
    const stream = await openStream(`${proxy.url}/events?event_type=live`);
    await postEvent(server.url, newEvent('live', { n: 1 }));
    expect(await stream.readEvents(1)).toMatchObject([{ payload: { n: 1 } }]);
    stream.leave();
  });

  // Caddy before 2.8 ends such a response as if it were complete.
  test.skipIf(IS_OLD_CADDY)('an export of a server that is killed does not look complete, from Caddy 2.8', async () => {
    const [response] = (await once(httpGet(`${proxy.url}/events`), 'response')) as [IncomingMessage];
    await once(response, 'readable');
    server.process.kill('SIGKILL');
    const broken = new Promise<string>((resolve) => {
      response.once('error', () => resolve('broken')).once('end', () => resolve('complete'));
    });
    response.resume();
    expect(await broken).toBe('broken');
  });
});
