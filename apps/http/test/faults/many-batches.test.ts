import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { composeStore } from '@event-tracker/core/store';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonOf, type TestResponse } from '../support/client.ts';
import { cpuSecondsOf } from '../support/cpu-seconds.ts';
import { countOf, eventText, postLines } from '../support/events.ts';
import { serveStore } from '../support/serve-store.ts';
import { useServer, useServerProcess } from '../support/use-server.ts';

const CLIENTS = 30;
/** At full effort, the greatest number of events in a request. */
const BATCH = byEffort({ quick: 1_000, full: 10_000, long: 10_000 });

const folder = mkdtempSync(join(tmpdir(), 'many-batches-'));
afterAll(() => rmSync(folder, { recursive: true }));

function batchOf(eventType: string, events: number): readonly string[] {
  return Array.from({ length: events }, (_, n) => eventText(eventType, JSON.stringify({ n, name: 'Ann', ok: true })));
}

/** Sends the same batch from many clients, which wait for as long as a busy machine needs. */
function postFromAll(url: string, lines: readonly string[], clients = CLIENTS): Promise<readonly TestResponse[]> {
  const body = lines.join('\n');
  const post = async () => {
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson' },
      body,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return Promise.all(Array.from({ length: clients }, post));
}

function expectOverloaded(response: TestResponse): void {
  expect([response.status, jsonOf<{ code: string }>(response).code]).toEqual([503, 'overloaded']);
  expect(Number(response.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
}

describe.each(['memory:', `sqlite:${join(folder, 'events.sqlite')}`])('concurrent batches (%s)', (eventStore) => {
  const server = useServer({ env: { EVENT_STORE: eventStore } });

  test('are stored or refused as overload, and exactly the acknowledged ones are stored', {
    timeout: 120_000,
  }, async () => {
    const responses = await postFromAll(server.url, batchOf('view', BATCH));
    const acknowledged = responses.filter(({ status }) => status === 200);
    for (const response of responses) if (response.status !== 200) expectOverloaded(response);
    expect(acknowledged.length, 'acknowledged batches').toBeGreaterThan(0);
    expect(await countOf(server.url, 'view')).toBe(acknowledged.length * BATCH);
  });
});

test('the more batches wait, the later clients are to retry', { timeout: 60_000 }, async () => {
  const memory = createMemoryEventStore();
  let gate: { readonly entered: () => void; readonly opened: Promise<void> } | undefined;
  const append: typeof memory.append = async (batches) => {
    gate?.entered();
    await gate?.opened;
    return memory.append(batches);
  };
  const server = await serveStore(composeStore({ ...memory, append }, { name: 'the slow store', groupCommit: true }));

  /** Sends a batch that keeps the store busy until the work has ended. */
  async function whileBusy<T>(events: number, work: () => Promise<T>): Promise<T> {
    const [entered, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    gate = { entered: entered.resolve, opened: opened.promise };
    const batch = postLines(server.url, batchOf('first', events));
    await entered.promise;
    const result = await work();
    opened.resolve();
    await batch;
    return result;
  }

  /** Sends batches while the store is busy for longer than they can wait, and returns the longest Retry-After, in seconds. */
  async function retryAfterOf(clients: number): Promise<number> {
    const refused = await whileBusy(1, () => postFromAll(server.url, batchOf('waiting', 100), clients));
    for (const response of refused) expectOverloaded(response);
    return Math.max(...refused.map(({ headers }) => Number(headers.get('Retry-After'))));
  }

  try {
    await whileBusy(100, () => sleep(200)); // 2 ms for each event
    const [few, many] = [await retryAfterOf(5), await retryAfterOf(CLIENTS)];
    expect(many).toBeGreaterThan(few);
    expect(await countOf(server.url, 'waiting')).toBe(0);
  } finally {
    server.close();
  }
});

describe.skipIf(process.platform !== 'linux' || IS_QUICK)('a client that only sends conflicts', () => {
  const EVENTS = 100;
  const NEIGHBOURS = 8;
  const ROUNDS = 30;
  const MAX_RATIO = 4 / 3;
  const server = useServerProcess({ env: { EVENT_STORE: `sqlite:${join(folder, 'conflicts.sqlite')}` } });

  const identified = batchOf('known', EVENTS).map((event) => event.replace('{', `{"id":"${randomUUID()}",`));
  const conflicting = identified.map((event) => event.replace('Ann', 'Bob'));
  const fresh = batchOf('fresh', EVENTS);

  /** Returns the CPU time of the server for the batches of all neighbours and of one more client. */
  async function cpuSecondsWith(other: readonly string[], expected: number): Promise<number> {
    const before = cpuSecondsOf(server.process.pid);
    for (let round = 0; round < ROUNDS; round++) {
      const [response] = await Promise.all([postLines(server.url, other), postFromAll(server.url, fresh, NEIGHBOURS)]);
      expect(response.status).toBe(expected);
    }
    return cpuSecondsOf(server.process.pid) - before;
  }

  test('costs its neighbours little more than one that sends new events', { timeout: 120_000 }, async () => {
    expect((await postLines(server.url, identified)).status).toBe(200);
    await cpuSecondsWith(conflicting, 409); // compiles
    await cpuSecondsWith(fresh, 200);
    let [withConflicts, withoutConflicts] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // Other work of the machine only adds to a measurement.
    for (let run = 0; run < 8 && !(withConflicts / withoutConflicts < MAX_RATIO); run++) {
      withConflicts = Math.min(withConflicts, await cpuSecondsWith(conflicting, 409));
      withoutConflicts = Math.min(withoutConflicts, await cpuSecondsWith(fresh, 200));
    }
    expect(withConflicts / withoutConflicts).toBeLessThan(MAX_RATIO);
  });
});
