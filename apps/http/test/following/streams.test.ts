import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { appendBatch, createStoreUnavailableError, secureEvent } from '@event-tracker/core/store';
import type { ProblemCode } from '@event-tracker/http-contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { call, get } from '../support/client.ts';
import { exchange } from '../support/connection.ts';
import { eventsOf, openStream } from '../support/event-stream.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { bearer, KEY, TEST_KEYS } from '../support/keys.ts';
import { recordLog } from '../support/log-lines.ts';
import { expectProblem } from '../support/problem.ts';
import { scrape, sumOf } from '../support/scrape.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';
import { type ServedStore, serveStore } from '../support/serve-store.ts';
import { useServer } from '../support/use-server.ts';

const server = useServer();

async function submit(eventType: string, n: number, timestamp?: string): Promise<void> {
  expect((await postEvent(server.url, newEvent(eventType, { n }, timestamp))).status).toBe(201);
}

function follow(query = '', headers: Record<string, string> = {}) {
  return openStream(`${server.url}/events${query}`, headers);
}

/** Returns the numbers in the payloads of events. */
function numbersOf(events: readonly { readonly payload: object }[]): readonly unknown[] {
  return events.map(({ payload }) => (payload as { n?: unknown }).n);
}

describe('a stream', () => {
  test('has header fields that prevent buffering, and is never compressed', async () => {
    const stream = await follow('', { 'Accept-Encoding': 'gzip, br, zstd' });
    const { status, headers } = stream.response;
    expect(status).toBe(200);
    expect(
      ['content-type', 'cache-control', 'x-accel-buffering', 'content-encoding'].map((name) => headers.get(name)),
    ).toEqual(['text/event-stream', 'no-store', 'no', null]);
    stream.leave();
  });

  test('starts with the retry interval and its position', async () => {
    const stream = await follow();
    await stream.readUntil((frames) => frames.length > 0);
    const [, retryMs] = /^retry: (\d+)\nid: [\w-]+$/.exec(stream.frames[0]?.text ?? '') ?? [];
    expect(Number(retryMs)).toBeGreaterThanOrEqual(2_000);
    expect(Number(retryMs)).toBeLessThanOrEqual(4_000);
    stream.leave();
  });

  test('has the events that are acknowledged after its start, in order of arrival', async () => {
    await submit('live', 0);
    const stream = await follow('?event_type=live');
    await submit('live', 1, '2025-06-03T00:00:00Z');
    await submit('live', 2, '1999-01-01T00:00:00Z');
    expect(numbersOf(await stream.readEvents(2))).toEqual([1, 2]);
    expect(stream.frames[1]?.text).toMatch(
      /^id: [\w-]+\ndata: \{"id":"[^"]+","event_type":"live","timestamp":"2025-06-03T00:00:00Z","payload":\{"n":1\}\}$/,
    );
    stream.leave();
  });

  test('is also requested by format=sse', async () => {
    const stream = await follow('?format=sse&event_type=by-format&after=start', { Accept: '*/*' });
    await submit('by-format', 1);
    expect(numbersOf(await stream.readEvents(1))).toEqual([1]);
    stream.leave();
  });

  test('continues after Last-Event-ID, which takes precedence over after', async () => {
    const before = await follow('?event_type=resumed');
    await submit('resumed', 1);
    await before.readEvents(1);
    before.leave();
    await submit('resumed', 2);
    const stream = await follow('?event_type=resumed&after=start', { 'Last-Event-ID': before.position() });
    await submit('resumed', 3);
    expect(numbersOf(await stream.readEvents(2))).toEqual([2, 3]);
    stream.leave();
  });

  test('continues after a page, and a page after a stream', async () => {
    await submit('both-ways', 1);
    const page = await get(`${server.url}/events?order=arrival&event_type=both-ways`);
    const after = /after=([\w-]+)/.exec(page.headers.get('link') ?? '')?.[1];
    await submit('both-ways', 2);
    const stream = await follow(`?event_type=both-ways&order=arrival&after=${after}`);
    expect(numbersOf(await stream.readEvents(1))).toEqual([2]);
    stream.leave();
    await submit('both-ways', 3);
    const next = await get(`${server.url}/events?order=arrival&event_type=both-ways&after=${stream.position()}`);
    expect(numbersOf(JSON.parse(next.text))).toEqual([3]);
  });

  test('advances its position if no event matches', async () => {
    const stream = await follow('?event_type=seldom');
    await stream.readUntil((frames) => frames.length === 1);
    const start = stream.position();
    await submit('often', 1);
    await stream.readUntil((frames) => frames.length === 2);
    expect(stream.frames[1]?.text).toMatch(/^: no event\nid: [\w-]+$/);
    expect(stream.position()).not.toBe(start);
    stream.leave();
  });

  test('does not have events that were deleted before they were read', async () => {
    await submit('deleted', 1);
    await call('DELETE', `${server.url}/events?event_type=deleted`);
    await submit('deleted', 2);
    const stream = await follow('?event_type=deleted&after=start');
    expect(numbersOf(await stream.readEvents(1))).toEqual([2]);
    stream.leave();
  });

  test.each<[string, ProblemCode]>([
    ['after=abc', 'invalid_cursor'],
    ['after=', 'invalid_cursor'],
    ['order=asc', 'invalid_query'],
    ['order=desc', 'invalid_query'],
    ['limit=2', 'invalid_query'],
    ['cursor=abc', 'invalid_query'],
    ['columns=id', 'invalid_query'],
    ['payload.=1', 'invalid_query'],
  ])('refuses %s, also with HEAD', async (query, code) => {
    const url = `${server.url}/events?format=sse&${query}`;
    expectProblem(await get(url), 400, code);
    expect((await call('HEAD', url)).status).toBe(400);
  });

  test('refuses a damaged Last-Event-ID', async () => {
    expectProblem(await get(`${server.url}/events?format=sse`, { 'Last-Event-ID': 'abc' }), 400, 'invalid_cursor');
  });

  test('responds to HEAD without following', async () => {
    const { status, headers } = await call('HEAD', `${server.url}/events?format=sse`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  });

  test('is refused over HTTP/1.0, with a hint', async () => {
    const refused = await exchange(server.url, 'GET /events?format=sse HTTP/1.0\r\nHost: a\r\n\r\n');
    expect(refused).toMatch(/^HTTP\/1\.1 505 [\s\S]*"code":"http_version"[\s\S]*proxy_http_version 1\.1/);
  });

  test('is counted with its events, and excluded from the durations', async () => {
    const measure = async () => {
      const samples = await scrape(server.url);
      const routes = { method: 'GET', route: '/events' };
      return {
        followers: sumOf(samples, 'event_tracker_followers'),
        delivered: sumOf(samples, 'event_tracker_events_delivered_total'),
        durations: sumOf(samples, 'event_tracker_http_request_duration_seconds_count', routes),
        requests: sumOf(samples, 'event_tracker_http_requests_total', routes),
      };
    };
    await expect.poll(async () => (await measure()).followers).toBe(0);
    const before = await measure();
    const stream = await follow('?event_type=counted');
    await submit('counted', 1);
    await stream.readEvents(1);
    expect((await measure()).followers).toBe(1);
    stream.leave();
    await expect.poll(measure).toEqual({
      followers: 0,
      delivered: before.delivered + 1,
      durations: before.durations,
      requests: before.requests + 1,
    });
  });
});

describe('a stream', () => {
  const served: (ServedApp | ServedStore)[] = [];
  afterEach(() => {
    for (const one of served.splice(0)) one.close();
  });

  test('is refused if there are MAX_FOLLOWERS, until one disconnects', async () => {
    const app = await serveApp({ config: { maxFollowers: 1 } });
    served.push(app);
    const first = await openStream(`${app.url}/events`);
    const refused = await get(`${app.url}/events?format=sse`);
    expect(expectProblem(refused, 503, 'overloaded').detail).toContain('MAX_FOLLOWERS');
    expect(refused.headers.get('retry-after')).toBe('5');
    first.leave();
    await vi.waitFor(async () => {
      const second = await openStream(`${app.url}/events`);
      second.leave();
      expect(second.response.status).toBe(200);
    });
  });

  test('releases its place if it is refused', async () => {
    const app = await serveApp({ config: { maxFollowers: 1 } });
    served.push(app);
    for (let i = 0; i < 3; i++)
      expectProblem(await get(`${app.url}/events?format=sse&after=abc`), 400, 'invalid_cursor');
    expect((await openStream(`${app.url}/events`)).response.status).toBe(200);
  });

  test('requires the scope read', async () => {
    const app = await serveApp({ keys: TEST_KEYS });
    served.push(app);
    expectProblem(await get(`${app.url}/events?format=sse`), 401, 'unauthorized');
    expectProblem(await get(`${app.url}/events?format=sse`, bearer(KEY.write)), 403, 'forbidden');
    expect((await openStream(`${app.url}/events`, bearer(KEY.read))).response.status).toBe(200);
  });

  test('sends comments without events', async () => {
    const one = await serveStore(createMemoryEventStore(), { heartbeatMs: 50 });
    served.push(one);
    const stream = await openStream(`${one.url}/events`);
    await stream.readUntil((frames) => frames.length === 4);
    expect(new Set(stream.frames.slice(1).map(({ text }) => text))).toEqual(
      new Set([`: no event\nid: ${stream.position()}`]),
    );
    stream.leave();
  });

  test('is refused with draining if the server stops while its position is read', async () => {
    const one = await serveSlowHead();
    const response = get(`${one.url}/events?format=sse`);
    await one.isReading;
    one.shutdown.begin('SIGTERM');
    expectProblem(await response, 503, 'draining');
    expect(one.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('is not an error if its client disconnects while its position is read', async () => {
    const one = await serveSlowHead();
    const disconnected = new AbortController();
    const request = fetch(`${one.url}/events?format=sse`, { signal: disconnected.signal });
    await one.isReading;
    disconnected.abort();
    await expect(request).rejects.toThrow();
    await expect.poll(() => one.lines.filter(({ msg }) => msg === 'request')).toHaveLength(1);
    expect(one.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  /** Starts a server whose store does not return the position where a stream begins. */
  async function serveSlowHead() {
    const { log, lines } = recordLog('info');
    const reading = Promise.withResolvers<void>();
    const head = (): Promise<never> => {
      reading.resolve();
      return new Promise(() => {});
    };
    const one = await serveStore({ ...createMemoryEventStore(), head }, { log });
    served.push(one);
    return { ...one, lines, isReading: reading.promise };
  }

  test('breaks if the store fails, and continues without a gap', async () => {
    const memory = createMemoryEventStore();
    let isUnavailable = false;
    const one = await serveStore({
      ...memory,
      readAfter: (request) =>
        isUnavailable
          ? Promise.reject(createStoreUnavailableError('the store is unavailable'))
          : memory.readAfter(request),
    });
    served.push(one);
    const stream = await openStream(`${one.url}/events`);
    await postEvent(one.url, newEvent('a', { n: 1 }));
    await stream.readEvents(1);
    isUnavailable = true;
    expect(await stream.readToEnd()).toBe('broken');
    expectProblem(await get(`${one.url}/events?format=sse`), 503, 'store_unavailable');
    isUnavailable = false;
    await postEvent(one.url, newEvent('a', { n: 2 }));
    const next = await openStream(`${one.url}/events`, { 'Last-Event-ID': stream.position() });
    expect(numbersOf(await next.readEvents(1))).toEqual([2]);
    next.leave();
  });
});

test('stored events are delivered in large chunks, each once', { timeout: 60_000 }, async () => {
  const store = createMemoryEventStore();
  const events = Array.from({ length: 20_000 }, (_, n) =>
    secureEvent({
      id: `01941f29-7c07-7a10-8c44-${n.toString(16).padStart(12, '0')}`,
      event_type: 'many',
      timestamp: '2025-01-01T00:00:00Z',
      payload: { n },
    }),
  );
  await appendBatch(store, events);
  const one = await serveStore(store);
  const stream = await openStream(`${one.url}/events?after=start`);
  const found = numbersOf(await stream.readEvents(events.length));
  expect(found).toEqual(events.map(({ payload }) => payload.n));
  expect(eventsOf(stream.frames)).toHaveLength(events.length);
  stream.leave();
  one.close();
});
