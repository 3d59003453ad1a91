import type { Event } from '@event-tracker/core';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, openStream } from '../support/event-stream.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { createRandom, type Random, SEED } from '../support/random.ts';
import { startDatabase } from '../support/start-database.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';

/*
 * Clients that disconnect repeatedly, and continue with Last-Event-ID at any of three servers, while writers write through
 * all of them: every client must receive every matching event exactly once.
 */

const SERVERS = 3;
const CLIENTS = byEffort({ quick: 10, full: 30, long: 30 });
const WRITERS = 8;
const BATCHES_PER_WRITER = byEffort({ quick: 8, full: 100, long: 5_000 });
const TIMEOUT_MS = byEffort({ quick: 90_000, full: 180_000, long: 3_600_000 });
const TYPES = ['race.a', 'race.b'];

const postgres = await startDatabase('postgres');
afterAll(() => postgres.stop());

describe.skipIf(postgres.url === undefined)('three servers on one PostgreSQL', { timeout: TIMEOUT_MS }, () => {
  const servers: StartedServer[] = [];
  beforeAll(async () => {
    const env = { EVENT_STORE: postgres.url ?? '' };
    servers.push(await startServer({ env })); // the first server creates the tables
    servers.push(...(await Promise.all(Array.from({ length: SERVERS - 1 }, () => startServer({ env })))));
  });
  afterAll(async () => {
    for (const { code } of await Promise.all(servers.map((server) => server.stop()))) expect(code).toBe(0);
  });

  /** Returns one of the servers. */
  function urlOf(random: Random): string {
    return servers[random.below(SERVERS)]?.url ?? '';
  }

  /** Writes batches through random servers. Returns the ids by type when all are acknowledged. */
  async function write(random: Random, ids: Map<string, string[]>): Promise<void> {
    for (let i = 0; i < BATCHES_PER_WRITER; i++) {
      const type = TYPES[random.below(2)] ?? '';
      const day = 1 + random.below(28); // not in order of arrival
      const events = Array.from({ length: 1 + random.below(6) }, () =>
        newEvent(type, { i }, `2025-01-${String(day).padStart(2, '0')}T00:00:00Z`),
      );
      const response = await postEvent(urlOf(random), events);
      expect(response.status, response.text).toBe(200);
      ids.get(type)?.push(...(JSON.parse(response.text) as { ids: string[] }).ids);
    }
  }

  /** Follows with interruptions until an event of the type `race.end`. Returns the ids before it. */
  async function followToEnd(
    random: Random,
    query: string,
    start: string,
    isSlow: boolean,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    let position = start;
    for (;;) {
      const stream = await openStream(`${urlOf(random)}/events?${query}`, { 'Last-Event-ID': position });
      expect(stream.response.status).toBe(200);
      const wanted = 1 + random.below(40);
      const isEnd = ({ event_type }: Event): boolean => event_type === 'race.end';
      await stream.readUntil((frames) => {
        const events = eventsOf(frames);
        return events.length >= wanted || events.some(isEnd);
      });
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, random.below(100)));
      stream.leave();
      const events = eventsOf(stream.frames);
      ids.push(...events.filter((event) => !isEnd(event)).map(({ id }) => id));
      position = stream.position();
      if (events.some(isEnd)) return ids;
    }
  }

  test(`${CLIENTS} clients that disconnect, and ${WRITERS} writers: no event is missed or repeated (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const written = new Map(TYPES.map((type) => [type, [] as string[]]));
    const first = await openStream(`${urlOf(random)}/events`);
    await first.readUntil((frames) => frames.length > 0);
    first.leave();
    const followers = Array.from({ length: CLIENTS }, async (_, i) => {
      const types = i % 3 === 0 ? [TYPES[i % 2] ?? ''] : TYPES;
      const query = ['race.end', ...types].map((type) => `event_type=${type}`).join('&');
      return { types, ids: await followToEnd(createRandom(SEED + i), query, first.position(), i % 5 === 0) };
    });
    await Promise.all(Array.from({ length: WRITERS }, (_, i) => write(createRandom(SEED - i - 1), written)));
    expect((await postEvent(urlOf(random), newEvent('race.end'))).status).toBe(201);

    for (const { types, ids } of await Promise.all(followers)) {
      const expected = types.flatMap((type) => written.get(type) ?? []);
      expect(ids.toSorted()).toEqual(expected.toSorted());
    }
  });
});
