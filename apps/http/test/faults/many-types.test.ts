import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, get, jsonOf, post } from '../support/client.ts';
import { eventText, postLines } from '../support/events.ts';
import { leastWorkDuring, MEASURE_LOOP } from '../support/longest-work.ts';
import { useServerProcess } from '../support/use-server.ts';

const TYPES = byEffort({ quick: 20_000, full: 200_000, long: 200_000 });
const BATCH = 10_000;
const READERS = byEffort({ quick: 2, full: 10, long: 10 });
const MAX_PEAK_MIB = 1_500;
/** Of CPU time, which other programs do not change. */
const MAX_WORK_MS = 100;

const folder = mkdtempSync(join(tmpdir(), 'many-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function expectShortWork(server: ChildProcess, request: () => Promise<unknown>): Promise<void> {
  const ms = await leastWorkDuring(server, MAX_WORK_MS, request);
  expect(ms, 'milliseconds without serving others').toBeLessThan(MAX_WORK_MS);
}

function typeOf(n: number): string {
  return `type-${String(n).padStart(6, '0')}`;
}

const STORES = [`sqlite:${join(folder, 'events.sqlite')}`, ...(IS_QUICK ? [] : ['memory:'])];

describe.each(STORES)('with many event types (%s)', (eventStore) => {
  const server = useServerProcess({ env: { EVENT_STORE: eventStore }, nodeOptions: MEASURE_LOOP });

  beforeAll(async () => {
    for (let start = 0; start < TYPES; start += BATCH) {
      const lines = Array.from({ length: BATCH }, (_, n) => eventText(typeOf(start + n), '{}'));
      expect((await postLines(server.url, lines)).status).toBe(200);
    }
  }, 120_000);

  test.each([['JSON', 'application/json'], ...(IS_QUICK ? [] : [['CSV', 'text/csv']])])(
    'serves other requests while many clients read all types as %s',
    { timeout: 600_000 },
    async (_, accept) => {
      const readAll = () =>
        Promise.all(
          Array.from({ length: READERS }, async () => {
            const response = await fetch(`${server.url}/event-types`, { headers: { Accept: accept } });
            expect(await response.text()).toContain(typeOf(TYPES - 1));
          }),
        );
      await expectShortWork(server.process, readAll);
    },
  );

  // The garbage of a memory store waits for a limit that V8 derives from the memory of the machine.
  test.runIf(process.platform === 'linux' && eventStore.startsWith('sqlite:'))(
    'has needed a limited amount of memory',
    () => {
      const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
      expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024, 'MiB at the peak').toBeLessThan(MAX_PEAK_MIB);
    },
  );

  test('returns all types in order', { timeout: 60_000 }, async () => {
    const types = jsonOf<readonly { event_type: string; count: number }[]>(await get(`${server.url}/event-types`));
    expect(types).toHaveLength(TYPES);
    expect(types.map(({ event_type }) => event_type)).toEqual(Array.from({ length: TYPES }, (_, n) => typeOf(n)));
    expect(types.every(({ count }) => count === 1)).toBe(true);
  });

  test('serves other requests during a batch of the greatest number of events', { timeout: 60_000 }, async () => {
    const batch = `[${Array.from({ length: BATCH }, (_, n) => eventText(typeOf(n), `{"n":${n}}`)).join()}]`;
    const submit = async () => expect((await post(`${server.url}/events`, batch)).status).toBe(200);
    await expectShortWork(server.process, submit);
  });

  test('serves other requests while it deletes events of all types', { timeout: 120_000 }, async () => {
    let round = 0;
    const deleteSome = async () => {
      const prefix = `type-0${round++}`;
      const { status } = await call('DELETE', `${server.url}/events?event_type[prefix]=${prefix}`);
      expect(status).toBe(200);
    };
    await expectShortWork(server.process, deleteSome);
  });
});
