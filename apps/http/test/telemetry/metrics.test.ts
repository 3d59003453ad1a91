import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { METHODS } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createStoreUnavailableError, type EventStorePort } from '@event-tracker/core/store';
import { afterAll, describe, expect, test } from 'vitest';
import { call, get, post } from '../support/client.ts';
import { exchange, openConnection } from '../support/connection.ts';
import { eventText, newEvent, postEvent, postLines } from '../support/events.ts';
import { bearer, KEY } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { scrape, sumOf } from '../support/scrape.ts';
import { serveStore } from '../support/serve-store.ts';
import { startServer } from '../support/start-server.ts';
import { useServer } from '../support/use-server.ts';

describe('requests', () => {
  const server = useServer();

  test('are counted by method, operation and status, and timed', async () => {
    await postEvent(server.url, newEvent('counted'));
    await postEvent(server.url, newEvent('counted'));
    await postEvent(server.url, {});
    await get(`${server.url}/events?event_type=counted`);
    await get(`${server.url}/events/${randomUUID()}`);
    await call('DELETE', `${server.url}/stats`);
    const samples = await scrape(server.url);
    const counted = samples.filter(({ name }) => name === 'event_tracker_http_requests_total');
    expect(counted.map(({ labels, value }) => [labels.method, labels.route, labels.status, value])).toEqual([
      ['POST', '/events', '201', 2],
      ['POST', '/events', '400', 1],
      ['GET', '/events', '200', 1],
      ['GET', '/events/{id}', '404', 1],
      ['DELETE', '/stats', '405', 1],
    ]);
    const labels = { method: 'POST', route: '/events' };
    expect(sumOf(samples, 'event_tracker_http_request_duration_seconds_count', labels)).toBe(3);
    expect(sumOf(samples, 'event_tracker_http_request_duration_seconds_bucket', { ...labels, le: '+Inf' })).toBe(3);
    const seconds = sumOf(samples, 'event_tracker_http_request_duration_seconds_sum', labels);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(3);
  });

  test('of a thousand unknown paths, methods and statuses share a few series', async () => {
    await scrape(server.url); // creates the series of this request
    const before = await scrape(server.url);
    for (let i = 0; i < 500; i++) await get(`${server.url}/${randomUUID()}/x`);
    for (let i = 0; i < 250; i++) await get(`${server.url}/events/${randomUUID()}?${randomUUID()}=1`);
    for (let i = 0; i < 250; i++) await exchange(server.url, `${randomUUID()} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    for (const method of METHODS) {
      const connection = await openConnection(server.url);
      connection.write(`${method} /events HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      await connection.closed;
    }
    const after = await scrape(server.url);
    const values = (label: string): readonly unknown[] => [...new Set(after.map(({ labels }) => labels[label]))];
    expect(values('method')).toEqual(expect.arrayContaining(['GET', 'POST', 'other']));
    expect(values('method').length).toBeLessThanOrEqual(9); // none, and the nine above
    expect(values('route')).toEqual(
      expect.arrayContaining([undefined, '/events', '/events/{id}', '/metrics', '/stats', 'unmatched']),
    );
    expect(values('route')).toHaveLength(6);
    expect(after.length - before.length).toBeLessThan(250);
    expect(sumOf(after, 'event_tracker_http_requests_total', { route: 'unmatched', status: '404' })).toBe(500);
  });

  test('count pending requests and their bodies as in flight', async () => {
    const body = eventText('upload', `{"text":"${'x'.repeat(10_000)}"}`);
    const upload = await openConnection(server.url);
    upload.write(
      `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
      body.slice(0, -1),
    );
    const inFlight = async (): Promise<readonly number[]> => {
      const samples = await scrape(server.url);
      return ['http_requests', 'body_bytes'].map((what) => sumOf(samples, `event_tracker_${what}_in_flight`));
    };
    await expect.poll(inFlight).toEqual([2, body.length - 1]); // includes the scrape
    upload.write(body.slice(-1));
    await upload.until((text) => text.includes('201 Created'));
    await expect.poll(inFlight).toEqual([1, 0]);
    upload.socket.destroy();
  });
});

describe('events', () => {
  const server = useServer({
    env: { MEMORY_MAX_EVENTS: '5', MAX_BATCH_EVENTS: '4', MAX_PAYLOAD_BYTES: '100', MAX_BODY_BYTES: '1000' },
  });
  const counts = async () => {
    const samples = await scrape(server.url);
    const refused = samples.filter(({ name, value }) => name === 'event_tracker_events_refused_total' && value > 0);
    return {
      stored: sumOf(samples, 'event_tracker_events_stored_total'),
      duplicate: sumOf(samples, 'event_tracker_events_duplicate_total'),
      returned: sumOf(samples, 'event_tracker_events_returned_total'),
      refused: Object.fromEntries(refused.map(({ labels, value }) => [labels.reason, value])),
    };
  };

  test('are counted by outcome', async () => {
    const { url } = server;
    const event = { id: randomUUID(), ...newEvent('counted') };
    const [line, other] = [JSON.stringify(event), eventText('counted', '{}')];
    await postEvent(url, event);
    await postEvent(url, event);
    await postLines(url, [line, other, other]);
    expect(await counts()).toEqual({ stored: 3, duplicate: 2, returned: 0, refused: {} });

    await postEvent(url, { ...event, payload: { other: true } });
    await postLines(url, [other, '{}']);
    await postLines(url, [other, other, other]);
    await postLines(url, Array(5).fill(other));
    await post(`${url}/events`, '{');
    await post(`${url}/events`, other, { 'Content-Type': 'text/plain' });
    await post(`${url}/events`, 'x'.repeat(1_001));
    await postEvent(url, newEvent('a', { text: 'x'.repeat(100) }));
    expect((await counts()).refused).toEqual({
      event_id_conflict: 1,
      invalid_event: 2,
      store_full: 3,
      batch_too_large: 5,
      malformed_json: 1,
      unsupported_media_type: 1,
      body_too_large: 1,
      payload_too_large: 1,
    });

    await get(`${url}/events`);
    await get(`${url}/events?limit=2`);
    await get(`${url}/events/${event.id}`);
    await call('HEAD', `${url}/events/${event.id}`);
    await get(`${url}/stats`);
    expect(await counts()).toMatchObject({ stored: 3, duplicate: 2, returned: 6 });
  });
});

describe('the store', () => {
  /** Fails every second append and, after a switch, all reads. */
  function createFailingStore(): EventStorePort {
    const store = createMemoryEventStore();
    let appends = 0;
    return {
      ...store,
      append: async (batches) => {
        if (++appends % 2 === 0) throw createStoreUnavailableError('away');
        return store.append(batches);
      },
      get: () => Promise.reject(new Error('a defect')),
      query: async (page) => {
        if (page.after) throw createStoreUnavailableError('away');
        return store.query(page);
      },
    };
  }

  test('is timed by call and outcome, and its failures are counted', async () => {
    const { url, close } = await serveStore(createFailingStore());
    const large = eventText('large', `{"text":"${'x'.repeat(200_000)}"}`);
    await postLines(url, Array(30).fill(large));
    for (let i = 0; i < 3; i++) await postEvent(url, newEvent('a'));
    await get(`${url}/readyz`);
    await get(`${url}/stats`);
    expectProblem(await get(`${url}/events/${randomUUID()}`), 500, 'internal');
    await expect(get(`${url}/events`)).rejects.toThrow();
    const samples = await scrape(url);
    close();
    const calls = samples.filter(({ name }) => name === 'event_tracker_store_call_duration_seconds_count');
    expect(calls.map(({ labels, value }) => [labels.operation, labels.outcome, value])).toEqual([
      ['append', 'ok', 2],
      ['append', 'store_unavailable', 2],
      ['ping', 'ok', expect.any(Number)],
      ['aggregate', 'ok', 1],
      ['get', 'internal', 1],
      ['query', 'ok', 1],
      ['query', 'store_unavailable', 1],
    ]);
    expect(sumOf(samples, 'event_tracker_exports_broken_total')).toBe(1);
    expect(sumOf(samples, 'event_tracker_defects_total')).toBe(1);
  });

  test('and the server are ready or not', async () => {
    let isUnavailable = false;
    const store = createMemoryEventStore();
    const ping = (): Promise<void> =>
      isUnavailable ? Promise.reject(createStoreUnavailableError('away')) : store.ping();
    const { url, close } = await serveStore({ ...store, ping });
    expect(sumOf(await scrape(url), 'event_tracker_ready')).toBe(1);
    isUnavailable = true;
    expect(sumOf(await scrape(url), 'event_tracker_ready')).toBe(0);
    close();
  });
});

describe('a store in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-metrics-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const server = useServer({ env: { EVENT_STORE: `sqlite:${folder}/events.sqlite` } });

  test('reports group commits and free disk space', async () => {
    await Promise.all(Array.from({ length: 50 }, () => postLines(server.url, Array(3).fill(eventText('a', '{}')))));
    const samples = await scrape(server.url);
    const groups = sumOf(samples, 'event_tracker_group_commit_calls_count');
    expect(groups).toBeGreaterThan(0);
    expect(groups).toBeLessThan(50);
    expect(sumOf(samples, 'event_tracker_group_commit_calls_sum')).toBe(50);
    expect(sumOf(samples, 'event_tracker_group_commit_events_sum')).toBe(150);
    expect(sumOf(samples, 'event_tracker_group_commit_queued_events')).toBe(0);
    const free = sumOf(samples, 'event_tracker_store_disk_free_bytes');
    const size = sumOf(samples, 'event_tracker_store_disk_size_bytes');
    expect(free).toBeGreaterThan(0);
    expect(size).toBeGreaterThan(free);
  });
});

describe('METRICS_ADDRESS', () => {
  const METRICS = /Metrics and probes are at (http:[^"]+)/;

  test('has separate metrics and probes, without keys and limits', async () => {
    const server = await startServer({
      env: {
        METRICS_ADDRESS: '127.0.0.1:0',
        RATE_LIMIT: '2/1h',
        BASE_PATH: '/tracker',
        API_KEYS: KEY.admin.line,
      },
    });
    const [, url = ''] = METRICS.exec(server.stdout()) ?? [];
    await get(`${server.url}/stats`, bearer(KEY.admin));
    for (let i = 0; i < 3; i++) {
      expect(sumOf(await scrape(url), 'event_tracker_http_requests_total', { route: '/stats' })).toBe(1);
      expect((await get(`${url}/livez`)).status).toBe(200);
      expect((await get(`${url}/readyz`)).status).toBe(200);
    }
    expectProblem(await get(`${url}/events`), 404, 'not_found');
    expectProblem(await call('POST', `${url}/metrics`), 405, 'method_not_allowed');
    expect((await get(`${server.url}/livez`)).status).toBe(200);
    expectProblem(await get(`${server.url}/metrics`, bearer(KEY.admin)), 404, 'not_found', '/tracker');
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  });

  test('responds until the server has ended, while requests finish', async () => {
    const server = await startServer({ env: { METRICS_ADDRESS: '127.0.0.1:0', DRAIN_DELAY_MS: '1500' } });
    const [, url = ''] = METRICS.exec(server.stdout()) ?? [];
    server.process.kill('SIGTERM');
    await expect.poll(async () => sumOf(await scrape(url), 'event_tracker_ready'), { interval: 10 }).toBe(0);
    expectProblem(await get(`${url}/readyz`), 503, 'draining');
    expect(await server.exit).toMatchObject({ code: 0, complaints: [] });
  });
});
