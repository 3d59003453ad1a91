import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventTracker, type NewEvent } from '@event-tracker/core';
import { CPU_TIME_OPTIONS, cpuTimeOf } from '../cpu-time.ts';
import { postgresUrl } from '../databases.ts';
import type { Effort } from '../effort.ts';
import { linesFrom, newEventsFrom } from '../events.ts';
import { followInProcess } from '../follow-plan.ts';
import { repeat } from '../interleave.ts';
import { residentBytes } from '../resident-bytes.ts';
import type { Row, Scenario } from '../scenario.ts';
import { type StartedServer, startTracker } from '../servers.ts';
import { percentile } from '../statistics.ts';
import { openStore } from '../stores.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

const MANY = 100_000;
/** The load of a full run, and of a quick run. */
const FULL = { followers: 100, warmUp: 50, events: 200, batches: 10, idle: 1_000, idleMs: 10_000 };
const QUICK = { followers: 10, warmUp: 2, events: 5, batches: 2, idle: 20, idleMs: 500 };
const BATCH = 1_000;
const SETTLE_MS = 2_000;

/** The delay from a submit to its followers, the deliveries per second, and what an idle follower costs. */
export const follow: Scenario = {
  name: 'follow',
  measure: async (effort) => {
    const url = await postgresUrl();
    const sqlite = () => `sqlite:${newTemporaryFolder()}/events.sqlite`;
    return [
      ...(await delays('memory, in process', effort, (load) => delaysInProcess('memory', load))),
      ...(await delays('SQLite, in process', effort, (load) => delaysInProcess('sqlite', load))),
      ...(await delays('memory, over HTTP', effort, (load) => delaysOverHttp([() => 'memory:'], load))),
      ...(await delays('SQLite, over HTTP', effort, (load) => delaysOverHttp([sqlite], load))),
      ...(await delays('PostgreSQL, over HTTP', effort, (load) => delaysOverHttp([() => url], load))),
      ...(await delays('PostgreSQL, through another server', effort, (load) =>
        delaysOverHttp([() => url, () => url], load),
      )),
      await deliveries('memory', () => 'memory:', effort),
      await deliveries('SQLite', sqlite, effort),
      ...(await idleFollowers(effort)),
    ];
  },
};

type Load = typeof FULL;

function loadOf({ many }: Effort): Load {
  return many >= MANY ? FULL : QUICK;
}

async function delays(
  what: string,
  effort: Effort,
  measure: (load: Load) => Promise<readonly number[]>,
): Promise<readonly Row[]> {
  const load = loadOf(effort);
  const rounds = await repeat(Math.min(effort.rounds, 3), () => measure(load));
  return [50, 99].map((rank) => ({
    what: `from submit to delivery, ${load.followers} followers, ${what}: p${rank}`,
    ours: rounds.map((figures) => percentile(figures, rank)),
    unit: 'ms',
  }));
}

/** Submits events to a tracker in this process, which also follows them. */
async function delaysInProcess(kind: string, { followers, warmUp, events }: Load): Promise<readonly number[]> {
  const store = await openStore(kind, 'follow');
  const tracker = createEventTracker({ store });
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const end = new AbortController();
  const items = Array.from({ length: followers }, () => tracker.follow({}, { signal: end.signal }));
  await Promise.all(items.map((follower) => follower.next())); // fixes the position
  const received = items.map(async (follower) => {
    for (let count = 0; count < warmUp + events; ) {
      const { event } = (await follower.next()).value;
      if (!event) continue;
      delays.push(performance.now() - (sentAt.get(event.event_type) ?? Number.NaN));
      count++;
    }
  });
  for (const [n, event] of newEventsFrom(0, warmUp + events).entries()) {
    const named: NewEvent = { ...event, event_type: `event ${n}` };
    sentAt.set(named.event_type, performance.now());
    await tracker.submit(named);
    await sleep(20);
  }
  await Promise.all(received);
  end.abort();
  await store.close();
  return delays.slice(warmUp * followers);
}

/** Submits events to the first server; the last one has the followers. */
async function delaysOverHttp(
  stores: readonly (() => string)[],
  { followers, warmUp, events }: Load,
): Promise<readonly number[]> {
  const servers: StartedServer[] = [];
  for (const store of stores) servers.push(await startTracker(store()));
  const [writePort = 0, port = writePort] = servers.map((server) => server.port);
  const delays = await followInProcess({ kind: 'delays', port, followers, writePort, warmUp, events });
  await Promise.all(servers.map((server) => server.stop()));
  return delays;
}

async function deliveries(what: string, store: () => string, effort: Effort): Promise<Row> {
  const { followers, batches } = loadOf(effort);
  const bodies = Array.from({ length: batches }, (_, n) => linesFrom(n * BATCH, BATCH));
  const ours = await repeat(Math.min(effort.rounds, 3), async () => {
    const { port, stop } = await startTracker(store());
    const plan = { kind: 'deliveries', port, followers, bodies, events: batches * BATCH } as const;
    const [figure = Number.NaN] = await followInProcess(plan);
    await stop();
    return figure;
  });
  return {
    what: `events delivered to ${followers} followers over HTTP, batches of 1,000, ${what}`,
    ours,
    unit: 'events/s',
  };
}

/** Measures the memory and the CPU time that followers cost while no event arrives. */
async function idleFollowers(effort: Effort): Promise<readonly Row[]> {
  if (process.platform !== 'linux') return []; // the memory of a process is read from /proc
  const { idle, idleMs } = loadOf(effort);
  const server = await startTracker(`sqlite:${newTemporaryFolder()}/events.sqlite`, {
    ...CPU_TIME_OPTIONS,
    core: 'any',
  });
  await sleep(SETTLE_MS);
  const cpuOf = async (): Promise<number> => {
    const before = await cpuTimeOf(server);
    await sleep(idleMs);
    return ((await cpuTimeOf(server)) - before) / (idleMs / 1_000);
  };
  const cpu = await cpuOf();
  const bytes = residentBytes(server.process, 'VmRSS');
  const sockets = await Promise.all(Array.from({ length: idle }, () => openFollower(server.port)));
  await sleep(SETTLE_MS);
  const more = residentBytes(server.process, 'VmRSS') - bytes;
  const moreCpu = (await cpuOf()) - cpu;
  for (const socket of sockets) socket.destroy();
  await server.stop();
  const what = `${idle} idle followers over HTTP, SQLite, each`;
  return [
    { what: `${what}: memory`, ours: [more / idle / 1_024], unit: 'KiB' },
    { what: `${what}: CPU time per second`, ours: [moreCpu / idle], unit: 'µs' },
  ];
}

async function openFollower(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
  await once(socket, 'data');
  return socket.resume();
}
