import { mkdtempSync, rmSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuSecondsOf } from '../support/cpu-seconds.ts';
import { eventText, postLines } from '../support/events.ts';
import { useServerProcess } from '../support/use-server.ts';

const BATCHES = byEffort({ quick: 4, full: 20, long: 100 });
const BATCH = 10_000;
const CLIENTS = 30;

const folder = mkdtempSync(join(tmpdir(), 'abandoned-reads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const STORES = [`sqlite:${join(folder, 'events.sqlite')}`, ...(IS_QUICK ? [] : ['memory:'])];

describe.each(STORES)('abandoned reads (%s)', (eventStore) => {
  const server = useServerProcess({ env: { EVENT_STORE: eventStore } });
  /** Reads that look at the payload of every event. */
  const heavy = () => `${server.url}/stats?metric=unique:payload.user&group_by=payload.page&top=3`;
  const search = () => `${server.url}/events?payload.user[lt]=0&limit=10`;
  const cheap = () => `${server.url}/stats?event_type=rare`;
  let heavyMs: number;

  beforeAll(async () => {
    for (let batch = 0; batch < BATCHES; batch++) {
      const lines = Array.from({ length: BATCH }, (_, n) => {
        const user = batch * BATCH + n;
        return eventText('view', JSON.stringify({ user, page: `/${user % 5_000}` }));
      });
      await postLines(server.url, lines);
    }
    await postLines(server.url, [eventText('rare', '{}')]);
    const begin = performance.now();
    await getFrom('127.0.0.1', heavy());
    heavyMs = performance.now() - begin;
  }, 120_000);

  /** Begins the same read for many clients at one address, and returns a function that disconnects all of them. */
  function beginReads(url: string, onResponse: () => void = () => {}): () => void {
    const requests = Array.from({ length: CLIENTS }, () =>
      httpGet(url, { agent: false }, onResponse).on('error', () => {}),
    );
    return () => {
      for (const request of requests) request.destroy();
    };
  }

  test.each([
    ['statistics', heavy],
    ['a search', search],
  ])('end soon after their clients have disconnected: %s', { timeout: 120_000 }, async (_, url) => {
    const disconnect = beginReads(url());
    await sleep(300);
    disconnect();
    const begin = performance.now();
    expect(await getFrom('127.0.0.1', cheap())).toContain('"value":1');
    // All abandoned reads together take thirty times as long as one.
    expect(performance.now() - begin, 'milliseconds of a cheap request').toBeLessThan(Math.max(1_000, 5 * heavyMs));
    const isAtRest = async (): Promise<boolean> => {
      const before = cpuSecondsOf(server.process.pid);
      await sleep(300);
      return cpuSecondsOf(server.process.pid) - before < 0.1;
    };
    await expect.poll(isAtRest, { timeout: Math.max(2_000, 5 * heavyMs), interval: 50 }).toBe(true);
  });

  test('does not hold up a client while another one waits for many reads', { timeout: 120_000 }, async () => {
    let responses = 0;
    const disconnect = beginReads(heavy(), () => responses++);
    await sleep(100);
    expect(await getFrom('127.0.0.2', cheap())).toContain('"value":1');
    expect(responses, 'heavy reads that ended before').toBeLessThan(CLIENTS / 3);
    disconnect();
  });
});

/** Sends a request from one of the addresses of this machine, and returns the body of the response. */
function getFrom(localAddress: string, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    httpGet(url, { localAddress, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', reject).on('end', () => resolve(text));
    }).on('error', reject);
  });
}
