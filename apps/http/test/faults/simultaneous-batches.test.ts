import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { openConnection } from '../support/connection.ts';
import { eventText } from '../support/events.ts';
import { leastWorkDuring, MEASURE_LOOP } from '../support/longest-work.ts';
import { useServerProcess } from '../support/use-server.ts';

/** Ten milliseconds of CPU time for each batch would be more. */
const MAX_BLOCKED_MS = 60;

describe.skipIf(process.platform !== 'linux' || IS_QUICK)('batches whose last bytes arrive together', () => {
  const folder = mkdtempSync(join(tmpdir(), 'simultaneous-batches-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const server = useServerProcess({
    env: { EVENT_STORE: `sqlite:${join(folder, 'events.sqlite')}`, RATE_LIMIT: 'off' },
    nodeOptions: MEASURE_LOOP,
  });

  /** Sends batches from many clients, whose last bytes arrive together. */
  async function postTogether(count: number): Promise<void> {
    const body = Array(2_000)
      .fill(eventText('large', `{"text":"${'x'.repeat(1_000)}"}`))
      .join('\n');
    const head = `POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n`;
    const connections = await Promise.all(Array.from({ length: count }, () => openConnection(server.url)));
    for (const { write } of connections) write(head, body.slice(0, -1));
    await sleep(1_000);
    for (const { write } of connections) write(body.slice(-1));
    for (const { until, socket } of connections) {
      expect(await until((received) => received.includes('\r\n\r\n'))).toMatch(/^HTTP\/1.1 (200|503) /);
      socket.destroy();
    }
  }

  test('are processed in several turns of the event loop', { timeout: 120_000 }, async () => {
    await postTogether(2);
    expect(await leastWorkDuring(server.process, MAX_BLOCKED_MS, () => postTogether(30))).toBeLessThan(MAX_BLOCKED_MS);
  });
});
