import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../support/connection.ts';
import { newEvent } from '../support/events.ts';
import { scrape, sumOf } from '../support/scrape.ts';
import { serveStore } from '../support/serve-store.ts';
import { parseResponses } from '../support/wire.ts';

const REQUESTS = 8_000;
/** The number of requests in 64 KiB, in addition to earlier ones. */
const MOST_WAITING = 4_000;

/** Serves a store whose appends wait until they are permitted. */
async function serveSlowStore() {
  const store = createMemoryEventStore();
  const { promise: permitted, resolve: permit } = Promise.withResolvers<void>();
  const { url, close } = await serveStore({
    ...store,
    append: (batches) => permitted.then(() => store.append(batches)),
  });
  onTestFinished(close);
  return { store, url, permit };
}

test('reads a bounded number of requests behind a slow one, and responds to all of them', async () => {
  const { url, permit } = await serveSlowStore();
  const inFlight = async () => sumOf(await scrape(url), 'event_tracker_http_requests_in_flight');

  const body = JSON.stringify(newEvent('slow'));
  const submit = `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const connection = await openConnection(url);
  connection.write(submit, 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(REQUESTS));
  connection.write('GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');

  let waiting = 0;
  const isSteady = async () => {
    const before = waiting;
    waiting = await inFlight();
    return waiting > 2 && waiting === before; // the scrape and the submit are two
  };
  await expect.poll(isSteady, { interval: 200, timeout: 10_000 }).toBe(true);
  expect(waiting).toBeLessThan(MOST_WAITING);

  permit();
  expect(await connection.closed).toBe('end');
  const statuses = parseResponses(connection.received()).map(({ status }) => status);
  expect(statuses).toEqual([201, ...Array(REQUESTS + 1).fill(200)]);
});

test('reads a whole body that arrived in several pieces while its request waited', async () => {
  const { store, url, permit } = await serveSlowStore();
  const submit = (lines: readonly string[]): string =>
    `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${lines.join('').length}\r\n\r\n`;
  const line = (type: string): string => `${JSON.stringify(newEvent(type))}\n`;

  const [first, ...others] = ['slow', 'begin', 'middle', 'end'].map(line);
  const connection = await openConnection(url);
  connection.socket.setNoDelay(true);
  connection.write(submit([first ?? '']), first ?? '', submit(others));
  for (const piece of others) {
    await sleep(50); // so that each line is a separate piece
    connection.write(piece);
  }
  await sleep(50);
  permit();
  await connection.until((received) => received.split('HTTP/1.1 200').length === 3);
  const stored = await store.query({ filter: {}, order: 'asc', limit: 10 });
  expect(stored.map(({ event_type }) => event_type).sort()).toEqual(['begin', 'end', 'middle', 'slow']);
  connection.socket.destroy();
});
