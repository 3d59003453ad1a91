import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { beginExport } from '../support/begin-export.ts';
import { call } from '../support/client.ts';
import { type Connection, isRefused, openConnection, postRequest } from '../support/connection.ts';
import { countOf, eventText, newEvent, postEvent, storedOf } from '../support/events.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';

const STUCK_STORE = new URL('../servers/stuck-store.ts', import.meta.url);
const RUNS = byEffort({ quick: 1, full: 1, long: 50 });

/** Expects that a server with unfinished requests logs their number, and exits with 1. */
function gaveUp(when: string, unanswered: number) {
  const message = `stopped ${when} with ${unanswered} requests unanswered`;
  return { code: 1, stdout: expect.stringContaining(`"unanswered":${unanswered},"msg":"${message}"`) };
}

function gaveUpAfter(timeoutMs: number, unanswered: number) {
  return gaveUp(`after ${timeoutMs} ms`, unanswered);
}

describe('a store that is stuck', () => {
  /** Submits a number of events, and waits until the store has received all of them. */
  async function submitForever(server: StartedServer, requests: number): Promise<readonly Connection[]> {
    const connections: Connection[] = [];
    for (let i = 0; i < requests; i++) {
      const connection = await openConnection(server.url);
      connection.write(postRequest(eventText('stuck', '{}')));
      await once(server.process, 'message');
      connections.push(connection);
    }
    return connections;
  }

  const everyRun = { timeout: RUNS * 60_000 };
  async function repeat(run: () => Promise<void>): Promise<void> {
    for (let i = 0; i < RUNS; i++) await run();
  }

  test.concurrent(
    'does not keep the server running after the deadline, which logs the number of unfinished requests',
    everyRun,
    ({ expect }) =>
      repeat(async () => {
        const server = await startServer({ entry: STUCK_STORE, env: { SHUTDOWN_TIMEOUT_MS: '1000' } });
        const connections = await submitForever(server, 3);
        const started = performance.now();
        expect(await server.stop()).toMatchObject(gaveUpAfter(1000, 3));
        expect(performance.now() - started).toBeGreaterThan(950);
        for (const connection of connections) {
          await connection.closed;
          expect(connection.received()).toBe(''); // no part of a response
        }
      }),
  );

  test
    .skipIf(IS_QUICK)
    .concurrent('that does not close does not keep the server running after the deadline', everyRun, ({ expect }) =>
      repeat(async () => {
        const server = await startServer({ entry: STUCK_STORE, env: { SHUTDOWN_TIMEOUT_MS: '500', STUCK: 'close' } });
        expect(await server.stop()).toMatchObject(gaveUpAfter(500, 0));
      }),
    );

  test.concurrent('does not delay the server after a second signal', everyRun, ({ expect }) =>
    repeat(async () => {
      const server = await startServer({ entry: STUCK_STORE, env: { SHUTDOWN_TIMEOUT_MS: '60000' } });
      await submitForever(server, 1);
      server.process.kill('SIGTERM');
      await expect.poll(() => isRefused(server.url)).toBe(true);
      const started = performance.now();
      expect(await server.stop()).toMatchObject(gaveUp('at a second signal, SIGTERM,', 1));
      expect(performance.now() - started).toBeLessThan(30_000); // half of the deadline
    }),
  );
});

describe('an export whose client stops reading', () => {
  test.concurrent('is broken off at the deadline, and does not look complete', async ({ expect }) => {
    const server = await startServer({ env: { SHUTDOWN_TIMEOUT_MS: '500' } });
    const reader = await beginExport(server);
    expect(await server.stop()).toMatchObject(gaveUpAfter(500, 1));
    reader.socket.resume();
    expect(await reader.closed).toBe('reset');
  });

  test
    .skipIf(IS_QUICK)
    .concurrent('is broken off by a second signal, and does not look complete', async ({ expect }) => {
      const server = await startServer();
      const reader = await beginExport(server);
      server.process.kill('SIGTERM');
      await expect.poll(() => isRefused(server.url)).toBe(true);
      expect(await server.stop()).toMatchObject({ code: 1 });
      reader.socket.resume();
      expect(await reader.closed).toBe('reset');
    });
});

describe('a deletion that exceeds the deadline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-deletion-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const EVENTS = 40_000;

  test('stops at the deadline and keeps its progress; the same request deletes the rest', async () => {
    const EVENT_STORE = `sqlite:${join(folder, 'events.sqlite')}`;
    const server = await startServer({ env: { EVENT_STORE, SHUTDOWN_TIMEOUT_MS: '100' } });
    const batch = Array.from({ length: 10_000 }, () => newEvent('deleted'));
    for (let i = 0; i < EVENTS; i += batch.length) expect((await postEvent(server.url, batch)).status).toBe(200);
    expect((await postEvent(server.url, newEvent('kept'))).status).toBe(201);

    const deletion = call('DELETE', `${server.url}/events?event_type=deleted`);
    await expect.poll(() => countOf(server.url, 'deleted'), { interval: 10 }).toBeLessThan(EVENTS);
    const stopped = server.stop();
    await expect(deletion).rejects.toThrow();
    expect(await stopped).toMatchObject(gaveUpAfter(100, 1));

    const again = await startServer({ env: { EVENT_STORE } });
    const rest = await countOf(again.url, 'deleted');
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(EVENTS);
    expect((await call('DELETE', `${again.url}/events?event_type=deleted`)).text).toBe(`{"deleted":${rest}}\n`);
    expect(await storedOf(again.url, 'kept')).toHaveLength(1);
    expect(await again.stop()).toMatchObject({ code: 0, complaints: [] });
  });
});
