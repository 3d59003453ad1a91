import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterAll, expect, test } from 'vitest';
import { type Connection, openConnection } from '../support/connection.ts';
import { openStream } from '../support/event-stream.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { memoryOf, REPORT_MEMORY } from '../support/memory.ts';
import { scrape, sumOf } from '../support/scrape.ts';
import { serveStore } from '../support/serve-store.ts';
import { useServerProcess } from '../support/use-server.ts';

const MIB = 1024 ** 2;
const STUCK = 20;
const EVENTS = byEffort({ quick: 60, full: 200, long: 200 });
const TEXT = 'x'.repeat(100_000);

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-slow-'));
afterAll(() => rmSync(folder, { recursive: true }));
const server = useServerProcess({ nodeOptions: REPORT_MEMORY, env: { EVENT_STORE: `sqlite:${folder}/events.sqlite` } });

/** Follows without reading. */
async function followWithoutReading(url: string): Promise<Connection> {
  const connection = await openConnection(url);
  connection.socket.pause();
  connection.write(`GET /events?format=sse HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
  return connection;
}

async function submitLarge(url: string, events: number): Promise<void> {
  for (let n = 0; n < events; n++)
    expect((await postEvent(url, newEvent('large', { n, text: TEXT }))).status).toBe(201);
}

test('clients that never read use no memory, and others receive every event', { timeout: 120_000 }, async () => {
  const stuck = await Promise.all(Array.from({ length: STUCK }, () => followWithoutReading(server.url)));
  await expect.poll(async () => sumOf(await scrape(server.url), 'event_tracker_followers')).toBe(STUCK);
  const other = await openStream(`${server.url}/events`);
  await submitLarge(server.url, EVENTS);
  await other.readEvents(EVENTS);
  const before = await memoryOf(server.process);
  await submitLarge(server.url, EVENTS);
  const events = await other.readEvents(2 * EVENTS);
  expect(events.map(({ payload }) => payload.n)).toEqual([...Array(EVENTS).keys(), ...Array(EVENTS).keys()]);
  const after = await memoryOf(server.process);
  expect(after.used - before.used).toBeLessThan(8 * MIB);
  expect(sumOf(await scrape(server.url), 'event_tracker_follow_lag_seconds')).toBeGreaterThan(0.1);
  other.leave();
  for (const { socket } of stuck) socket.destroy();
});

test('closes a stream whose client does not read, but not a stream without events', async () => {
  const one = await serveStore(createMemoryEventStore(), { heartbeatMs: 100 });
  one.server.timeout = 600;
  const live = await openStream(`${one.url}/events?event_type=none`);
  const stuck = await followWithoutReading(one.url);
  await live.readUntil((frames) => frames.length > 10); // longer than the timeout
  const followers = async () => sumOf(await scrape(one.url), 'event_tracker_followers');
  expect(await followers()).toBe(2);
  await submitLarge(one.url, 100);
  await expect.poll(followers).toBe(1);
  stuck.socket.resume();
  await stuck.closed;
  expect(stuck.received().endsWith('\r\n0\r\n\r\n')).toBe(false);
  expect(stuck.received().length).toBeLessThan(100 * TEXT.length);
  await postEvent(one.url, newEvent('none'));
  await live.readEvents(1);
  live.leave();
  one.close();
});
