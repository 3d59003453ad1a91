import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { parseConfig } from '../settings/config.ts';
import type { LineOutput } from '../telemetry/line-output.ts';
import { createLog } from '../telemetry/log.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { serveWhileMigrating } from './serve-while-migrating.ts';

function createRecordingOutput(): LineOutput & { text(): string } {
  let text = '';
  return {
    write: (line) => {
      text += line;
    },
    flush: () => {},
    end: async () => {},
    text: () => text,
  };
}

/** Creates the server of a migration on free ports. */
async function setUp(environment: Record<string, string> = {}) {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const config = parseConfig({
    BIND_ADDRESS: `127.0.0.1:${port}`,
    METRICS_ADDRESS: `127.0.0.1:${metricsPort}`,
    BASE_PATH: '/tracker',
    ...environment,
  });
  const output = createRecordingOutput();
  const telemetry = createTelemetry(createLog({ level: 'info', output, isTerminal: false }));
  const server = serveWhileMigrating({ config, keyring: undefined, telemetry, output });
  const url = `http://127.0.0.1:${port}/tracker`;
  return { server, url, port, metricsUrl: `http://127.0.0.1:${metricsPort}`, text: output.text };
}

/** Returns the status of a response; undefined if nothing listens. */
async function statusOf(url: string): Promise<number | undefined> {
  try {
    return (await fetch(url)).status;
  } catch {
    return undefined;
  }
}

const POST = { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } };

test('does not listen without a migration', async () => {
  const { server, url, text } = await setUp();
  await expect(fetch(`${url}/livez`)).rejects.toThrow();
  await server.close();
  expect(text()).toBe('');
});

test('passes the liveness probe, and refuses every other request with the progress', async () => {
  const { server, url, metricsUrl, text } = await setUp();
  server.report({ moved: 0, share: 0 });
  await expect.poll(() => statusOf(`${url}/livez`)).toBe(200);
  server.report({ moved: 10_000, share: 0.359 });
  const requests = [
    [`${url}/events`, POST],
    [`${url}/readyz`],
    [`${url}/events?limit=1`],
    [`${metricsUrl}/readyz`],
  ] as const;
  for (const [target, init] of requests) {
    const response = await fetch(target, init);
    expect(response.status, target).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('5');
    expect(await response.json()).toMatchObject({
      code: 'store_unavailable',
      detail: 'the store is being migrated to the format of this version; 35 % is done',
    });
  }
  for (const path of ['/livez', '/metrics']) expect(await statusOf(metricsUrl + path)).toBe(200);
  await server.close();
  expect(text()).toContain('"EVENT_STORE: the store is being migrated to the format of this version; until then');
  expect(text()).toContain('"EVENT_STORE: 35 % of the store is migrated, 10000 events by this server"');
});

test('leaves its addresses to other servers', async () => {
  const { server, url, port } = await setUp();
  server.report({ moved: 0, share: 0 });
  await expect.poll(() => statusOf(`${url}/livez`)).toBe(200); // leaves a connection open
  await server.close();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  other.close();
});

test('logs that it cannot listen, and does not fail', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { server, text } = await setUp({ BIND_ADDRESS: `127.0.0.1:${port}` });
  server.report({ moved: 0, share: 0 });
  server.report({ moved: 5, share: 1 });
  await server.close();
  expect(text()).toContain(`BIND_ADDRESS: port ${port} on 127.0.0.1 is in use`);
  busy.close();
});
