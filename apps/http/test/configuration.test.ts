import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { get } from './support/client.ts';
import { exchange, openConnection } from './support/connection.ts';
import { newEvent } from './support/events.ts';
import { logLinesOf } from './support/log-lines.ts';
import { scrape, sumOf } from './support/scrape.ts';
import { runServer, startServer } from './support/start-server.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

/** Returns the log of a server that cannot start, which starts with its version. */
const STARTS = expect.stringMatching(/^Event Tracker \d+\.\d+\.\d+ starts$/);

function linesOf(stdout: string): readonly string[] {
  return logLinesOf(stdout).map(({ msg }) => msg);
}

async function run(env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return runServer({ env }).exit;
}

describe('a server with invalid settings', () => {
  test('logs one line with the setting, its value and the expected form, and exits with 1', async () => {
    expect(await run({ MAX_BODY_BYTES: '8MB' })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'MAX_BODY_BYTES=8MB: expected a whole number of at least 1\n',
    });
  });

  test('logs one line also for a value with several lines', async () => {
    const { stderr } = await run({ RATE_LIMIT: '6000/1m\n' });
    expect(stderr).toBe(
      'RATE_LIMIT=6000/1m%0A: expected requests per time of at most 500h, e.g. 6000/1m or 100/s, or off\n',
    );
  });

  test('logs a line for each setting', async () => {
    const { code, stderr } = await run({ BIND_ADDRESS: '8080', EVENT_STORE: 'oracle:', RATE_LIMIT: 'few' });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^BIND_ADDRESS=8080: expected /),
      expect.stringMatching(/^EVENT_STORE=oracle:: expected /),
      expect.stringMatching(/^RATE_LIMIT=few: expected /),
      '',
    ]);
  });

  test.each([
    'clickhouse://app:hunter2@db?cluter=main',
    'clickhouse://app:hunter2@db?secure=1',
    'clickhouse://app:hunter2%@db',
  ])('reports that the store cannot open %s, without the password', async (url) => {
    const { code, stdout, stderr } = await run({ EVENT_STORE: url });
    expect([code, linesOf(stdout)]).toEqual([1, [STARTS]]);
    expect(stderr).toMatch(/^EVENT_STORE: url: expected [^\n]+\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  test.each(['BIND_ADDRESS', 'METRICS_ADDRESS'])('reports that the port of %s is in use', async (setting) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { stdout, ...ended } = await run({ [setting]: `127.0.0.1:${port}` });
    expect(linesOf(stdout)).toEqual([STARTS]);
    expect(ended).toMatchObject({
      code: 1,
      stderr: `${setting}: port ${port} on 127.0.0.1 is in use\n`,
    });
    other.close();
  });

  test('reports an address of another machine', async () => {
    const { code, stdout, stderr } = await run({ BIND_ADDRESS: '192.0.2.1:0' });
    expect([code, linesOf(stdout)]).toEqual([1, [STARTS]]);
    expect(stderr).toMatch(/^BIND_ADDRESS: [^\n]+\n$/);
  });
});

test('a setting that is empty counts as not set', async () => {
  const server = await startServer({ env: { BASE_PATH: '', MAX_BODY_BYTES: '', TRUST_PROXY_HOPS: '' } });
  expect((await get(`${server.url}/livez`)).status).toBe(200);
  expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
});

describe('a configured limit', () => {
  const server = useServer({
    env: {
      MAX_BODY_BYTES: '1000',
      MAX_BATCH_EVENTS: '2',
      MAX_PAYLOAD_BYTES: '50',
      MEMORY_MAX_EVENTS: '3',
      MAX_CONNECTIONS: '2',
      KEEP_ALIVE_TIMEOUT_MS: '100',
    },
  });
  // A separate connection for each request.
  const submit = async (body: unknown): Promise<unknown> => {
    const text = JSON.stringify(body);
    const fields = `Host: a\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close`;
    const wire = await exchange(server.url, `POST /events HTTP/1.1\r\n${fields}\r\n\r\n${text}`);
    return parseResponses(wire).map(({ status, body }) => [status, (JSON.parse(body) as { code?: string }).code]);
  };

  test('applies to bodies, batches, payloads and the store', async () => {
    expect(await submit(newEvent('limits', { text: 'x'.repeat(1_000) }))).toEqual([[413, 'body_too_large']]);
    expect(await submit(newEvent('limits', { text: 'x'.repeat(40) }))).toEqual([[413, 'payload_too_large']]);
    expect(await submit(Array(3).fill(newEvent('limits')))).toEqual([[413, 'batch_too_large']]);
    expect(await submit(Array(2).fill(newEvent('limits')))).toEqual([[200, undefined]]);
    expect(await submit(Array(2).fill(newEvent('limits')))).toEqual([[503, 'store_full']]);
    expect(await submit(newEvent('limits'))).toEqual([[201, undefined]]);
  });

  test('applies to connections: a further one is closed until another one ends', async () => {
    const [one, other] = [await openConnection(server.url), await openConnection(server.url)];
    expect(await exchange(server.url, 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
    other.socket.destroy();
    await expect
      .poll(() => exchange(server.url, 'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))
      .toContain('{"status":"alive"}');
    one.socket.destroy();
    // Several closed connections are one line in the log.
    const refused = async (): Promise<number> =>
      sumOf(await scrape(server.url), 'event_tracker_http_connections_refused_total');
    await expect.poll(refused).toBeGreaterThan(0);
    const told = () => logLinesOf(server.stdout()).filter(({ msg }) => msg.includes('MAX_CONNECTIONS are open'));
    await expect.poll(() => told().map(({ level }) => level)).toEqual(['warn']);
  });

  test('applies to the time of an idle connection', async () => {
    const connection = await openConnection(server.url);
    connection.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await connection.closed).toBe('end');
    expect(parseResponses(connection.received()).map(({ status }) => status)).toEqual([200]);
  });
});
