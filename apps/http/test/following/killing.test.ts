import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, openStream } from '../support/event-stream.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { createRandom, type Random, SEED } from '../support/random.ts';
import { startDatabase } from '../support/start-database.ts';
import { complaintsIn, type StartedServer, startServer } from '../support/start-server.ts';

/*
 * Servers, processes of PostgreSQL and clients are killed at random moments. Writers send each batch again with the same ids
 * until it is acknowledged, and clients continue at their last position: each must receive every event exactly once. A quick
 * run has `racing.test.ts`, in which only clients disconnect.
 */

const SERVERS = 3;
const CLIENTS = 30;
const WRITERS = 8;
const DURATION_MS = byEffort({ quick: 0, full: 15_000, long: 600_000 });
const TIMEOUT_MS = DURATION_MS + byEffort({ quick: 0, full: 120_000, long: 600_000 });
/** Longest times, in milliseconds, between two kills, and between two batches of a writer. */
const KILL_PAUSE = 1_500;
const WRITE_PAUSE = 400;
/** Wait before the next attempt if a server or the database is down, in milliseconds. */
const RETRY_PAUSE = 50;

const postgres = IS_QUICK ? undefined : await startDatabase('postgres');
afterAll(() => postgres?.stop());

describe.skipIf(!postgres?.url)('a client that continues at its last position', { timeout: TIMEOUT_MS }, () => {
  const servers: StartedServer[] = [];
  /** Set when the test fails, so that nothing continues after it. */
  let hasFailed = false;
  const start = () => startServer({ env: { EVENT_STORE: postgres?.url ?? '' } });
  beforeAll(async () => {
    for (let i = 0; i < SERVERS; i++) servers.push(await start());
  });
  afterAll(async () => {
    for (const { code } of await Promise.all(servers.map((server) => server.stop()))) expect(code).toBe(0);
  });

  /** Kills a server and starts another one in its place. */
  async function killServer(random: Random): Promise<string> {
    const place = random.below(SERVERS);
    const signal = random.pick(['SIGKILL', 'SIGTERM'] as const);
    servers[place]?.process.kill(signal);
    await servers[place]?.exit;
    servers[place] = await start();
    return `server ${signal}`;
  }

  /** Kills a process that serves a connection to PostgreSQL. After SIGKILL, PostgreSQL ends all others and recovers. */
  async function killBackend(random: Random): Promise<string> {
    const signal = random.pick(['SIGKILL', 'SIGTERM', 'SIGTERM'] as const);
    const pid = random.pick(backendsOf(postgres?.pid ?? 0));
    if (pid !== undefined && isAlive(pid)) process.kill(pid, signal);
    return `backend ${signal}`;
  }

  async function killUntil(random: Random, end: number): Promise<Map<string, number>> {
    const kills = new Map<string, number>();
    while (performance.now() < end && !hasFailed) {
      await sleep(random.below(KILL_PAUSE));
      const killed = await random.pick([killServer, killBackend])(random);
      kills.set(killed, (kills.get(killed) ?? 0) + 1);
    }
    return kills;
  }

  /** Sends events through random servers until they are acknowledged. */
  async function submit(random: Random, events: unknown): Promise<void> {
    while (!hasFailed) {
      const server = random.pick(servers);
      const response = await postEvent(server.url, events).catch(() => undefined);
      if (response?.status === 200 || response?.status === 201) return;
      if (response) expectUnavailable(response.status, server);
      await sleep(RETRY_PAUSE);
    }
  }

  /** 408 is possible on a busy machine, where a request of this process arrives in pieces. */
  function expectUnavailable(status: number, server: StartedServer): void {
    expect([408, 503], complaintsIn(`${server.stdout()}\n${server.stderr()}`).join('\n')).toContain(status);
  }

  /** Returns the ids of the acknowledged events. */
  async function writeUntil(random: Random, end: number): Promise<readonly string[]> {
    const ids: string[] = [];
    while (performance.now() < end && !hasFailed) {
      const batch = Array.from({ length: 1 + random.below(6) }, () => ({
        id: randomUUID(),
        ...newEvent('kill.event'),
      }));
      await submit(random, batch);
      ids.push(...batch.map(({ id }) => id));
      await sleep(random.below(WRITE_PAUSE));
    }
    return ids;
  }

  /** Follows through random servers until an event of the type `kill.end`. Returns the ids before it. */
  async function followToEnd(random: Random, first: string): Promise<readonly string[]> {
    const ids: string[] = [];
    const isEnd = ({ event_type }: Event): boolean => event_type === 'kill.end';
    for (let position = first; !hasFailed; ) {
      const server = random.pick(servers);
      const stream = await openStream(`${server.url}/events`, { 'Last-Event-ID': position }).catch(() => undefined);
      if (stream?.response.status !== 200) {
        stream?.leave();
        if (stream) expectUnavailable(stream.response.status, server);
        await sleep(RETRY_PAUSE);
        continue;
      }
      const wanted = 1 + random.below(200);
      const read = stream.readUntil((frames) => eventsOf(frames).length >= wanted || eventsOf(frames).some(isEnd));
      await read.catch(() => {}); // the server was killed
      stream.leave();
      const events = eventsOf(stream.frames);
      ids.push(...events.filter((event) => !isEnd(event)).map(({ id }) => id));
      position = stream.position() || position;
      if (events.some(isEnd)) return ids;
    }
    return ids;
  }

  test(`has received every event exactly once (seed ${SEED})`, async ({ annotate, onTestFailed }) => {
    onTestFailed(() => {
      hasFailed = true;
    });
    const stream = await openStream(`${servers[0]?.url}/events`);
    await stream.readUntil((frames) => frames.length > 0);
    stream.leave();
    const end = performance.now() + DURATION_MS;
    const following = Promise.all(
      Array.from({ length: CLIENTS }, (_, i) => followToEnd(createRandom(SEED + i), stream.position())),
    );
    const writing = Promise.all(
      Array.from({ length: WRITERS }, (_, i) => writeUntil(createRandom(SEED - i - 1), end)),
    ).then(async (ids) => {
      await submit(createRandom(SEED), newEvent('kill.end'));
      return ids.flat();
    });
    const killing = killUntil(createRandom(SEED - WRITERS - 1), end);
    const [received, written, kills] = await Promise.all([following, writing, killing]);

    const expected = written.toSorted();
    for (const ids of received) {
      expect(ids.length - new Set(ids).size, 'events received again').toBe(0);
      expect(ids.toSorted()).toEqual(expected);
    }
    expect(kills.size, 'kinds of kills').toBeGreaterThan(2);
    await annotate(`${written.length} events, ${CLIENTS} clients, ${JSON.stringify(Object.fromEntries(kills))}`);
  });
});

/** Returns the processes of PostgreSQL that serve a connection, below the process that started it. */
function backendsOf(starter: number): readonly number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .map(([, pid, parent, args = '']) => ({ pid: Number(pid), parent: Number(parent), args }));
  const servers = new Set(processes.filter(({ parent }) => parent === starter).map(({ pid }) => pid));
  return processes
    .filter(({ parent, args }) => servers.has(parent) && args.includes('127.0.0.1('))
    .map(({ pid }) => pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
