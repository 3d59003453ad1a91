import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../settings/config.ts';
import { type HostProcess, start } from './start.ts';
import { isStartError } from './start-error.ts';

const EVENT = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: {} };
const folder = mkdtempSync(join(tmpdir(), 'start-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that only records its end. */
function createHost(): HostProcess & { readonly exited: Promise<number>; log(): string } {
  const stdout = new PassThrough();
  const events = new EventEmitter();
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const exited = once(events, 'code').then(([code]) => code as number);
  return {
    stdout,
    once: (event, listener) => events.once(event, listener),
    exit: (code) => {
      events.emit('exit');
      events.emit('code', code);
    },
    exited,
    log: () => text,
  };
}

const configOf = (environment: Record<string, string> = {}) =>
  parseConfig({ BIND_ADDRESS: '127.0.0.1:0', EVENT_STORE: 'memory:', ...environment });

describe('a server', () => {
  test('serves until it is stopped, then exits with 0 and stops listening', async () => {
    const host = createHost();
    const { url, stop } = await start(configOf(), host, '1.2.3');
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify(EVENT),
    });
    expect(response.status).toBe(201);
    const openApi = await fetch(`${url}/openapi.json`, { headers: { Connection: 'close' } });
    expect(await openApi.json()).toMatchObject({ info: { version: '1.2.3' } });

    stop('SIGTERM');
    expect(await host.exited).toBe(0);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
    expect(host.log()).toMatch(/listens on .*"SIGTERM: stopping, .*"stopped"/s);
  });

  test('closes its store, so that another server can open the file', async () => {
    const config = configOf({ EVENT_STORE: `sqlite:${join(folder, 'events.sqlite')}` });
    for (let round = 0; round < 2; round++) {
      const host = createHost();
      const { stop } = await start(config, host, '1.2.3');
      stop('SIGTERM');
      expect(await host.exited).toBe(0);
    }
  });

  test('stops serving metrics on their own address, too', async () => {
    const host = createHost();
    const { stop } = await start(configOf({ METRICS_ADDRESS: '127.0.0.1:0' }), host, '1.2.3');
    const [, metricsUrl = ''] = /probes are at (http:[^"]+)"/.exec(host.log()) ?? [];
    const response = await fetch(`${metricsUrl}/metrics`, { headers: { Connection: 'close' } });
    expect(response.status).toBe(200);
    stop('SIGTERM');
    await host.exited;
    await expect(fetch(`${metricsUrl}/metrics`)).rejects.toThrow();
  });

  test('reads its keys again, and logs that it has none', async () => {
    const host = createHost();
    const { reload, stop } = await start(configOf(), host, '1.2.3');
    reload();
    stop('SIGTERM');
    await host.exited;
    expect(host.log()).toContain('SIGHUP: there are no keys to read again');
  });

  test('does not start on a busy port, and closes the store', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const address = busy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const EVENT_STORE = `sqlite:${join(folder, 'events.sqlite')}`;
    const attempt = start(configOf({ EVENT_STORE, BIND_ADDRESS: `127.0.0.1:${port}` }), createHost(), '1.2.3');
    await expect(attempt).rejects.toSatisfy(isStartError);
    await expect(attempt).rejects.toThrow(`BIND_ADDRESS: port ${port} on 127.0.0.1 is in use`);
    busy.close();

    const host = createHost();
    const { stop } = await start(configOf({ EVENT_STORE }), host, '1.2.3');
    stop('SIGTERM');
    expect(await host.exited).toBe(0);
  });

  test.skipIf(IS_QUICK)(
    'does not start with a store that cannot be opened, and logs immediately that it waits',
    async () => {
      const urls = ['postgres://127.0.0.1:1/events', 'clickhouse://127.0.0.1:1/events'];
      await Promise.all(
        urls.map(async (EVENT_STORE) => {
          const host = createHost();
          const attempt = start(configOf({ EVENT_STORE }), host, '1.2.3').catch((error: unknown) => error);
          await expect.poll(host.log, { timeout: 5_000 }).toMatch(/EVENT_STORE: waiting for the store: .*ECONNREFUSED/);
          const error = await attempt;
          expect(error).toSatisfy(isStartError);
          expect(String(error)).toContain('EVENT_STORE: ');
        }),
      );
    },
  );
});
