import { randomBytes } from 'node:crypto';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import type { Event } from '@event-tracker/core';
import { createStoreUnavailableError, type EventStorePort, withDeadlines } from '@event-tracker/core/store';
import { afterEach, describe, expect, test } from 'vitest';
import { call, get } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { type LogLine, recordLog } from '../support/log-lines.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedStore, serveStore } from '../support/serve-store.ts';

const FAILING_PAGE = 3;
const TYPES = ['application/json', 'application/x-ndjson', 'text/csv'];
const ENCODINGS = ['identity', 'gzip', 'br', 'zstd'];

let served: ServedStore | undefined;
const { log, lines } = recordLog('error');
afterEach(() => {
  served?.close();
  lines.length = 0;
});

/** The members of a log line about a broken export. */
function brokenExport({ level, msg, request_id, error }: LogLine): string {
  expect([level, msg]).toEqual(['error', 'export broken off']);
  return `${request_id}: ${error}`;
}

/** A store that fails before its last page. */
function createBreakingStore(fail: () => Promise<never>): EventStorePort {
  let page = 0;
  return {
    ...createMemoryEventStore(),
    query: async ({ limit }) => {
      page = (page % FAILING_PAGE) + 1;
      if (page === FAILING_PAGE) return fail();
      return Array.from({ length: limit }, (_, i): Event => {
        const id = `018cc251-f400-7000-8000-${String(page * 1_000_000 + i).padStart(12, '0')}`;
        const payload = { text: randomBytes(1_500).toString('base64') };
        return { id, event_type: 'broken', timestamp: '2025-01-01T12:00:00Z', payload };
      });
    },
  };
}

async function serve(fail: () => Promise<never>): Promise<string> {
  const deadlines = {
    appendMs: 300,
    getMs: 300,
    queryMs: 300,
    aggregateMs: 300,
    deleteMs: 300,
    headMs: 300,
    readAfterMs: 300,
    pingMs: 300,
  };
  const store = withDeadlines(createBreakingStore(fail), deadlines);
  served = await serveStore(store, { log });
  return served.url;
}

const unavailable = (): Promise<never> => Promise.reject(createStoreUnavailableError('the store went away'));

/** Returns the bytes of an export on a new connection. */
async function download(url: string, version: string, accept: string, encoding: string) {
  const connection = await openConnection(url);
  const fields = `Host: a\r\nX-Request-Id: export\r\nAccept: ${accept}\r\nAccept-Encoding: ${encoding}`;
  connection.write(`GET /events HTTP/${version}\r\n${fields}\r\n\r\n`);
  const ending = await connection.closed;
  const wire = connection.received();
  return { ending, wire, body: wire.slice(wire.indexOf('\r\n\r\n') + 4) };
}

describe('a store that fails during an export', () => {
  const combinations = TYPES.flatMap((type) => ENCODINGS.map((encoding) => [type, encoding] as const));

  test.each(combinations)(
    'breaks the connection, so that a part does not look complete: %s, %s',
    async (type, encoding) => {
      const url = await serve(unavailable);
      const { ending, wire, body } = await download(url, '1.1', type, encoding);
      expect(wire).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(wire).not.toMatch(/\r\n0\r\n\r\n$/); // the last chunk
      expect(wire).not.toMatch(/^content-length:/im);
      expect(ending).toBe('reset');
      expect(body).not.toContain('"code"'); // no problem document inside the export
      expect(lines.map(brokenExport)).toEqual(['export: StoreUnavailableError: the store went away']);
    },
  );

  // In HTTP/1.0, the end of the connection is the end of the body, so nothing is sent before the whole is read.
  test.each(combinations)('sends no part of it over HTTP/1.0: %s, %s', async (type, encoding) => {
    const url = await serve(unavailable);
    const { wire, body } = await download(url, '1.0', type, encoding);
    expect(wire).toMatch(/^HTTP\/1\.1 503 /);
    expect(body).toContain('"code":"store_unavailable"');
  });

  test.each(combinations)('is an error for a client: %s, %s', async (type, encoding) => {
    const url = await serve(unavailable);
    await expect(get(`${url}/events`, { Accept: type, 'Accept-Encoding': encoding })).rejects.toThrow();
    expect(lines).toHaveLength(1);
  });

  test('because it hangs: the connection breaks at the deadline', async () => {
    const url = await serve(() => new Promise(() => {}));
    expect((await download(url, '1.1', TYPES[0] ?? '', 'identity')).ending).toBe('reset');
    expect(lines.map(brokenExport)).toEqual([expect.stringMatching(/^export: StoreTimeoutError: /)]);
  });

  test('because of a defect: the connection breaks, and the log has one line', async () => {
    const url = await serve(() => Promise.reject(new TypeError('x is not a function')));
    expect((await download(url, '1.1', TYPES[1] ?? '', 'gzip')).ending).toBe('reset');
    expect(lines.map(brokenExport)).toEqual([
      expect.stringMatching(/^export: TypeError: x is not a function\n {4}at /),
    ]);
  });

  test('does not affect other requests', async () => {
    const url = await serve(unavailable);
    await download(url, '1.1', TYPES[0] ?? '', 'identity');
    expect((await get(`${url}/livez`)).status).toBe(200);
    expect((await call('HEAD', `${url}/events`)).status).toBe(200);
  });
});

test('a store that fails before the first byte returns 503 for every representation', async () => {
  served = await serveStore({ ...createMemoryEventStore(), query: unavailable });
  for (const type of TYPES)
    for (const encoding of ENCODINGS)
      expectProblem(
        await get(`${served.url}/events`, { Accept: type, 'Accept-Encoding': encoding }),
        503,
        'store_unavailable',
      );
});
