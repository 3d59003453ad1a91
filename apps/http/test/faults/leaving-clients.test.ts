import { setTimeout as sleep } from 'node:timers/promises';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { abortUpload } from '../support/abort-upload.ts';
import { get } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { newEvent, postEvent, storedOf } from '../support/events.ts';
import { memoryOf, REPORT_MEMORY } from '../support/memory.ts';
import { startServer } from '../support/start-server.ts';
import { useServerProcess } from '../support/use-server.ts';

const MIB = 1024 ** 2;
const ABORTED_UPLOADS = byEffort({ quick: 100, full: 500, long: 5_000 });
const CONCURRENT_UPLOADS = 50;

describe('clients that disconnect', () => {
  // Small, so that a share that is not released has an effect.
  const server = useServerProcess({ nodeOptions: REPORT_MEMORY, env: { MAX_INFLIGHT_BODY_BYTES: String(16 * MIB) } });

  async function abortMany(uploads: number): Promise<void> {
    for (let i = 0; i < uploads; i += CONCURRENT_UPLOADS)
      await Promise.all(Array.from({ length: CONCURRENT_UPLOADS }, (_, j) => abortUpload(server.url, i + j)));
  }

  // `useServerProcess` expects no error in the log.
  test('during an upload leave nothing behind', { timeout: 60_000 }, async () => {
    await abortMany(100);
    const before = await memoryOf(server.process);
    await abortMany(ABORTED_UPLOADS);
    await expect
      .poll(async () => (await memoryOf(server.process)).used - before.used, { timeout: 10_000, interval: 100 })
      .toBeLessThan(4 * MIB);
    expect(await storedOf(server.url, 'aborted')).toEqual([]);
    expect((await postEvent(server.url, newEvent('after'))).status).toBe(201);
  });

  test('before their response have no effect', async () => {
    const body = JSON.stringify(newEvent('impatient'));
    for (let i = 0; i < 50; i++) {
      const connection = await openConnection(server.url);
      connection.write(
        `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        'GET /events HTTP/1.1\r\nHost: a\r\n\r\n',
      );
      connection.socket.resetAndDestroy();
    }
    expect((await get(`${server.url}/livez`)).status).toBe(200);
  });
});

describe.skipIf(IS_QUICK)('a client that reads slowly', () => {
  test.concurrent.for(['identity', 'gzip', 'br', 'zstd'])(
    'slows the reads of the store, without memory growth, and ends them when it disconnects (%s)',
    { timeout: 60_000 },
    async (encoding, { expect }) => {
      const server = await startServer({
        entry: new URL('../servers/endless-store.ts', import.meta.url),
        nodeOptions: REPORT_MEMORY,
      });
      const pages = (): number => server.stdout().split('page\n').length - 1;
      /** Waits until no pages are read for some time. */
      const standstill = async (): Promise<number> => {
        for (let before = -1; before !== pages(); await sleep(200)) before = pages();
        return pages();
      };
      const before = await memoryOf(server.process);

      const reader = await openConnection(server.url);
      reader.write(`GET /events HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
      await reader.until((text) => text.length > 100_000);
      reader.socket.pause();
      const held = await standstill();
      expect((await memoryOf(server.process)).rss - before.rss).toBeLessThan(64 * MIB);

      // The export continues with the client, and no byte is missing.
      reader.socket.resume();
      await expect.poll(pages, { timeout: 20_000 }).toBeGreaterThan(held + 2);
      reader.socket.pause();
      await standstill();
      expect((await memoryOf(server.process)).rss - before.rss).toBeLessThan(64 * MIB);

      reader.socket.resume();
      reader.socket.destroy();
      await sleep(1_000);
      const last = pages();
      await sleep(300);
      expect(pages()).toBe(last);
      expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
      expect(reader.received()).toContain('HTTP/1.1 200 OK');
    },
  );
});
