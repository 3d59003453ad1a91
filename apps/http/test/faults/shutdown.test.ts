import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { get } from '../support/client.ts';
import { type Connection, openConnection } from '../support/connection.ts';
import { eventText, newEvent, postEvent, postLines } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';
import { parseAnswers } from '../support/wire.ts';

const CLIENTS = 32;
const SHUTDOWN_TIMEOUT_MS = 8_000;
const STUCK_STORE = new URL('../servers/stuck-store.ts', import.meta.url);

function postRequest(body: string): string {
  return `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** What became of the ids that a client has sent. */
interface SubmissionRecord {
  readonly acknowledged: string[];
  readonly broken: string[];
}

/** Submits one event after the other over a connection that is kept, until nobody accepts a new one. */
async function submitUntilRefused(url: string, onAcknowledged: () => void): Promise<SubmissionRecord> {
  const record: SubmissionRecord = { acknowledged: [], broken: [] };
  for (;;) {
    const connection = await openConnection(url).catch(() => undefined);
    if (!connection) return record;
    for (let answers = 1; !connection.socket.destroyed; answers++) {
      const id = randomUUID();
      connection.write(postRequest(JSON.stringify({ id, ...newEvent('busy') })));
      const wire = await connection
        .until((text) => text.split('"payload":{}}').length > answers)
        .catch(() => connection.received());
      const answer = parseAnswers(wire)[answers - 1];
      if (answer?.status !== 201) {
        record.broken.push(id);
        break;
      }
      record.acknowledged.push(id);
      onAcknowledged();
      if (answer.fields.get('connection') === 'close') await connection.closed;
    }
  }
}

/** Begins an export that stops as long as nobody reads on: more is stored than fits into the buffers on the way. */
async function beginExport(server: StartedServer): Promise<Connection> {
  const text = 'x'.repeat(1_000);
  const old = eventText('old', `{"text":"${text}"}`, '2020-01-01T00:00:00Z');
  for (let i = 0; i < 3; i++) expect((await postLines(server.url, Array(5_000).fill(old))).status).toBe(200);
  const reader = await openConnection(server.url);
  reader.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  await reader.until((received) => received.includes('"old"'));
  reader.socket.pause();
  return reader;
}

/** The events of a type that an export in chunks has brought, which must have come to its end. */
function idsOf(wire: string, eventType: string): readonly string[] {
  expect(wire.endsWith(']\r\n0\r\n\r\n')).toBe(true);
  const pattern = new RegExp(`"id":"([0-9a-f-]{36})","event_type":"${eventType}"`, 'g');
  const unchunked = wire.replace(/\r\n[0-9a-f]+\r\n/g, '');
  return [...unchunked.matchAll(pattern)].map(([, id = '']) => id);
}

async function isRefused(url: string): Promise<boolean> {
  const connection = await openConnection(url).catch(() => undefined);
  connection?.socket.destroy();
  return connection === undefined;
}

describe('SIGTERM', () => {
  test('while 32 clients are busy loses nothing that was accepted, and nothing that was acknowledged', {
    timeout: 60_000,
  }, async () => {
    const server = await startServer();
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
    reader.socket.resume(); // what it reads last was stored last
    expect(await reader.closed).toBe('end');
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
    expect(performance.now() - started).toBeLessThan(SHUTDOWN_TIMEOUT_MS);

    const stored = idsOf(reader.received(), 'busy');
    expect(new Set(stored).size).toBe(stored.length);
    const acknowledgedIds = records.flatMap((record) => record.acknowledged);
    expect(acknowledgedIds.length).toBeGreaterThanOrEqual(20 * CLIENTS);
    // Whatever found its connection closed had not been accepted either; and hardly any did, for each was told before.
    expect(stored.toSorted()).toEqual(acknowledgedIds.toSorted());
    expect(records.flatMap((record) => record.broken).length).toBeLessThan(CLIENTS / 2);
  });

  test.concurrent('lets what was begun come to its end, and accepts nothing new', async ({ expect }) => {
    const server = await startServer();
    const upload = await openConnection(server.url);
    const body = eventText('begun', '{"text":"x"}');
    upload.write(postRequest(body).slice(0, -1));
    await get(`${server.url}/livez`);
    server.process.kill('SIGTERM');
    await expect.poll(() => isRefused(server.url)).toBe(true);
    upload.write(body.slice(-1));
    expect(await upload.closed).toBe('end');
    const answers = parseAnswers(upload.received());
    expect(answers.map(({ status, fields }) => [status, fields.get('connection')])).toEqual([[201, 'close']]);
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  });

  test.concurrent('does not wait for connections on which nothing is asked', async ({ expect }) => {
    const server = await startServer();
    const silent = await openConnection(server.url);
    const hesitant = await openConnection(server.url);
    hesitant.write('GET /livez HTTP/1.1\r\nHost:');
    const kept = await openConnection(server.url);
    kept.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    await kept.until((text) => text.endsWith('}'));
    const started = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
    expect(performance.now() - started).toBeLessThan(SHUTDOWN_TIMEOUT_MS / 2);
    await Promise.all([silent.closed, hesitant.closed, kept.closed]);
  });

  test.concurrent('is told by /readyz for as long as connections are still accepted', async ({ expect }) => {
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

  test.concurrent('and SIGINT end a server that does nothing', async ({ expect }) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startServer();
      server.process.kill(signal);
      expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
    }
  });
});

describe('a store that is stuck', () => {
  function saysUnanswered(timeoutMs: number, requests: number): RegExp {
    return new RegExp(
      `"unanswered":${requests},"msg":"stopped after ${timeoutMs} ms with ${requests} requests unanswered"`,
    );
  }

  /** Submits so many events, and waits until the store has them all. */
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

  test.concurrent('does not keep the server beyond the deadline: it says how many requests are unanswered', async ({
    expect,
  }) => {
    const server = await startServer({ entry: STUCK_STORE, env: { SHUTDOWN_TIMEOUT_MS: '1000' } });
    const connections = await submitForever(server, 3);
    const started = performance.now();
    const { code, stdout } = await server.stop();
    expect([code, stdout]).toEqual([1, expect.stringMatching(saysUnanswered(1_000, 3))]);
    expect(performance.now() - started).toBeGreaterThan(950);
    for (const connection of connections) {
      await connection.closed;
      expect(connection.received()).toBe(''); // nothing that could be taken for an answer
    }
  });

  test.concurrent('does not keep the server beyond the deadline when it should close', async ({ expect }) => {
    const server = await startServer({ entry: STUCK_STORE, env: { SHUTDOWN_TIMEOUT_MS: '500', STUCK: 'close' } });
    const { code, stdout } = await server.stop();
    expect([code, stdout]).toEqual([1, expect.stringMatching(saysUnanswered(500, 0))]);
  });

  test.concurrent('does not keep the server at all when it is told a second time', async ({ expect }) => {
    const server = await startServer({ entry: STUCK_STORE, env: { SHUTDOWN_TIMEOUT_MS: '60000' } });
    await submitForever(server, 1);
    server.process.kill('SIGTERM');
    await expect.poll(() => isRefused(server.url)).toBe(true);
    const started = performance.now();
    expect(await server.stop()).toMatchObject({ code: 1 });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
