import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { beginExport } from '../support/begin-export.ts';
import { call, get } from '../support/client.ts';
import { isRefused, openConnection, postRequest } from '../support/connection.ts';
import { eventText, newEvent, postEvent } from '../support/events.ts';
import { logLinesOf } from '../support/log-lines.ts';
import { expectProblem } from '../support/problem.ts';
import { startServer } from '../support/start-server.ts';
import { parseResponses } from '../support/wire.ts';

const CLIENTS = 32;
const SHUTDOWN_TIMEOUT_MS = 8_000;
const RUNS = byEffort({ quick: 1, full: 2, long: 50 });

/** The outcomes of the events that a client has sent. */
interface SubmissionRecord {
  readonly acknowledged: string[];
  /** Sent on a connection that the kernel accepted and the server never did. */
  readonly late: string[];
  /** Sent on a connection that had a response before. */
  readonly broken: string[];
}

/** Submits events over a connection that is kept open, until the server accepts no new connection. */
async function submitUntilRefused(url: string, onAcknowledged: () => void): Promise<SubmissionRecord> {
  const record: SubmissionRecord = { acknowledged: [], late: [], broken: [] };
  for (;;) {
    const connection = await openConnection(url).catch(() => undefined);
    if (!connection) return record;
    for (let responses = 1; !connection.socket.destroyed; responses++) {
      const id = randomUUID();
      connection.write(postRequest(JSON.stringify({ id, ...newEvent('busy') })));
      const wire = await connection
        .until((text) => text.split('"payload":{}}\n').length > responses)
        .catch(() => connection.received());
      const response = parseResponses(wire)[responses - 1];
      if (response?.status !== 201) {
        (responses === 1 ? record.late : record.broken).push(id);
        break;
      }
      record.acknowledged.push(id);
      onAcknowledged();
      if (response.fields.get('connection') === 'close') await connection.closed;
    }
  }
}

/** Returns the events of a type in a chunked export, which must be complete. */
function idsOf(wire: string, eventType: string): readonly string[] {
  expect(wire.endsWith(']\n\r\n0\r\n\r\n')).toBe(true);
  const pattern = new RegExp(`"id":"([0-9a-f-]{36})","event_type":"${eventType}"`, 'g');
  const unchunked = wire.replace(/\r\n[0-9a-f]+\r\n/g, '');
  return [...unchunked.matchAll(pattern)].map(([, id = '']) => id);
}

/** Stops a server while many clients submit. Returns the outcomes of their events, and the stored events. */
async function stopWhileBusy(store: string): Promise<SubmissionRecord & { readonly stored: readonly string[] }> {
  const server = await startServer({ env: { EVENT_STORE: store } });
  const reader = await beginExport(server);
  let acknowledged = 0;
  let started = Number.POSITIVE_INFINITY;
  const records = await Promise.all(
    Array.from({ length: CLIENTS }, () =>
      submitUntilRefused(server.url, () => {
        if (++acknowledged !== 20 * CLIENTS) return;
        started = performance.now();
        server.process.kill('SIGTERM');
      }),
    ),
  );
  reader.socket.resume(); // its last event was stored last
  expect(await reader.closed).toBe('end');
  expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  expect(performance.now() - started).toBeLessThan(SHUTDOWN_TIMEOUT_MS);
  return {
    acknowledged: records.flatMap((record) => record.acknowledged),
    late: records.flatMap((record) => record.late),
    broken: records.flatMap((record) => record.broken),
    stored: idsOf(reader.received(), 'busy'),
  };
}

describe('SIGTERM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-shutdown-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const sqlite = (run: number): string => `sqlite:${join(folder, `${run}.sqlite`)}`;

  test(`loses no accepted and no acknowledged event of 32 busy clients, ${RUNS} times`, {
    timeout: RUNS * 60_000,
  }, async () => {
    const total = { acknowledged: 0, late: 0 };
    for (let run = 0; run < RUNS; run++) {
      const { acknowledged, late, broken, stored } = await stopWhileBusy(run % 2 === 0 ? 'memory:' : sqlite(run));
      expect(new Set(stored).size).toBe(stored.length);
      expect(acknowledged.length).toBeGreaterThanOrEqual(20 * CLIENTS);
      expect(stored.toSorted()).toEqual(acknowledged.toSorted());
      expect(broken, 'on connections that were closed without a response').toEqual([]);
      total.acknowledged += acknowledged.length;
      total.late += late.length;
    }
    process.stdout.write(
      `${RUNS} times SIGTERM: ${total.acknowledged} submits acknowledged and stored, 0 lost, 0 accepted and then reset; ` +
        `${total.late} came too late to be accepted\n`,
    );
  });

  test.concurrent('completes running requests, and accepts no new ones', async ({ expect }) => {
    const server = await startServer();
    const upload = await openConnection(server.url);
    const body = eventText('begun', '{"text":"x"}');
    upload.write(postRequest(body).slice(0, -1));
    await get(`${server.url}/livez`);
    server.process.kill('SIGTERM');
    await expect.poll(() => isRefused(server.url)).toBe(true);
    upload.write(body.slice(-1));
    expect(await upload.closed).toBe('end');
    const responses = parseResponses(upload.received());
    expect(responses.map(({ status, fields }) => [status, fields.get('connection')])).toEqual([[201, 'close']]);
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  });

  test.concurrent('completes a deletion in progress', async ({ expect }) => {
    const server = await startServer({
      env: { EVENT_STORE: `sqlite:${join(folder, 'deletion.sqlite')}`, SHUTDOWN_TIMEOUT_MS: '60000' },
    });
    const expired = Array.from({ length: 10_000 }, () => newEvent('deleted'));
    for (let i = 0; i < 2; i++) expect((await postEvent(server.url, expired)).status).toBe(200);
    const deletion = call('DELETE', `${server.url}/events?event_type=deleted`);
    await expect.poll(async () => (await get(`${server.url}/stats`)).text, { interval: 10 }).not.toContain(':20000}');
    server.process.kill('SIGTERM');
    const { status, headers, text } = await deletion;
    expect([status, text, headers.get('connection')]).toEqual([200, '{"deleted":20000}\n', 'close']);
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  });

  test.concurrent('does not run requests that are pipelined after the last response', async ({ expect }) => {
    const server = await startServer();
    const pipelined = await openConnection(server.url);
    const body = eventText('pipelined', '{}');
    pipelined.write(postRequest(body).slice(0, -1));
    await get(`${server.url}/livez`);
    const reader = await beginExport(server);
    server.process.kill('SIGTERM');
    await expect.poll(() => isRefused(server.url)).toBe(true);
    pipelined.write(body.slice(-1), postRequest(body), postRequest(body));
    await pipelined.closed;
    expect(parseResponses(pipelined.received()).map(({ status }) => status)).toEqual([201]);
    reader.socket.resume();
    await reader.closed;
    expect(idsOf(reader.received(), 'pipelined')).toHaveLength(1);
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  });

  test.concurrent('does not wait for idle connections', async ({ expect }) => {
    const server = await startServer({ env: { SHUTDOWN_TIMEOUT_MS: '60000' } });
    const silent = await openConnection(server.url);
    const hesitant = await openConnection(server.url);
    hesitant.write('GET /livez HTTP/1.1\r\nHost:');
    const kept = await openConnection(server.url);
    kept.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    await kept.until((text) => text.endsWith('}\n'));
    const started = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
    expect(performance.now() - started).toBeLessThan(30_000); // half of the deadline
    await Promise.all([silent.closed, hesitant.closed, kept.closed]);
  });

  test.concurrent('makes /readyz return 503 while connections are still accepted', async ({ expect }) => {
    const server = await startServer({ env: { DRAIN_DELAY_MS: '2500' } });
    server.process.kill('SIGTERM');
    await expect.poll(async () => (await get(`${server.url}/readyz`)).status, { interval: 10 }).toBe(503);
    const notReady = await get(`${server.url}/readyz`);
    expectProblem(notReady, 503, 'draining');
    expect(notReady.headers.get('connection')).toBe('close');
    expect((await get(`${server.url}/livez`)).status).toBe(200);
    expect((await postEvent(server.url, newEvent('late'))).status).toBe(201);
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  });

  test.concurrent('and SIGINT stop an idle server, which logs it', async ({ expect }) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startServer();
      server.process.kill(signal);
      const { code, complaints, stdout } = await server.exit;
      expect([code, complaints]).toEqual([0, []]);
      expect(logLinesOf(stdout).slice(-2)).toMatchObject([
        { level: 'info', msg: `${signal}: stopping, which may take 8000 ms` },
        { level: 'info', msg: 'stopped' },
      ]);
    }
  });
});
