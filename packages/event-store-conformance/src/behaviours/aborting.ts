import {
  type AggregateRequest,
  appendBatch,
  type EventStorePort,
  type StoreReadOptions,
} from '@event-tracker/core/store';
import { expect } from 'vitest';
import { expectCells } from '../cells.ts';
import type { EventBuilder } from '../event-builder.ts';
import { expectSameEvents } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { byEffort } from '../test-effort.ts';

/** Reads that are long: they must look at every payload. */
const LONG_AGGREGATE: AggregateRequest = {
  filter: {},
  metrics: [{ kind: 'unique', path: ['n'] }],
  groupBy: ['group'],
};
const LONG_PAGE = {
  filter: { payload: [{ path: ['n'], op: 'lt', operand: 0 }] },
  order: 'asc',
  limit: 10,
} as const;

type Read = (store: EventStorePort, options?: StoreReadOptions) => Promise<unknown>;

const LONG_READS: Readonly<Record<string, Read>> = {
  aggregate: (store, options) => store.aggregate(LONG_AGGREGATE, options),
  query: (store, options) => store.query(LONG_PAGE, options),
};

/** Every read that accepts a signal. */
const READS: Readonly<Record<string, Read>> = {
  ...LONG_READS,
  readAfter: (store, options) => store.readAfter({ after: 0n, limit: 1_000 }, options),
};

const EVENTS = byEffort({ quick: 4_000, full: 10_000, long: 10_000 });
const ABORTED_READS = 50;
const ROUNDS = byEffort({ quick: 2, full: 5, long: 5 });
/** Reads of the client that has many. */
const MANY_READS = byEffort({ quick: 16, full: 32, long: 32 });

export const aborting = {
  'rejects a read whose signal is already aborted with the reason of the signal': async ({ store, anEvent }) => {
    await appendBatch(store, [anEvent()]);
    const reason = new Error('the client left');
    for (const [name, read] of Object.entries(READS)) {
      await expect(read(store, { signal: AbortSignal.abort(reason) }), name).rejects.toBe(reason);
    }
  },

  'rejects a read promptly when its signal is aborted, with the reason of the signal': async ({ store, anEvent }) => {
    await appendBatch(store, groupedEvents(anEvent));
    for (const [name, read] of Object.entries(READS)) {
      const quietMs = await timeOf(() => read(store));
      // The least of several times, because a busy machine can delay a few of them.
      let rejectsAfterMs = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const controller = new AbortController();
        const reason = new Error('the client left');
        const aborted = expect(read(store, { signal: controller.signal }), name).rejects.toBe(reason);
        controller.abort(reason);
        rejectsAfterMs = Math.min(rejectsAfterMs, await timeOf(() => aborted));
      }
      expect(rejectsAfterMs, `milliseconds until ${name} rejects`).toBeLessThan(quietMs / 2 + 50);
    }
  },

  'serves other reads as before while reads are aborted': async ({ store, anEvent }) => {
    await appendBatch(store, groupedEvents(anEvent));
    const page = { filter: {}, order: 'desc', limit: 100 } as const;
    const [cells, events] = await Promise.all([store.aggregate(LONG_AGGREGATE), store.query(page)]);
    const expectUnharmed = async (when: string): Promise<void> => {
      const reads = Promise.all([store.aggregate(LONG_AGGREGATE), store.query(page)]);
      await expect(reads, when).resolves.toBeDefined();
      const [foundCells, foundEvents] = await reads;
      expectCells(foundCells, cells, when);
      expectSameEvents(foundEvents, events, when);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const aborted = Object.values(READS).map((read) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new Error('the client left')), round);
        return read(store, { signal: controller.signal }).catch(() => {});
      });
      await expectUnharmed('during aborted reads');
      await Promise.all(aborted);
    }
    await expectUnharmed('after aborted reads');
  },

  'stops working on aborted reads soon': async ({ store, anEvent }) => {
    await appendBatch(store, groupedEvents(anEvent));
    for (const [name, read] of Object.entries(LONG_READS)) {
      const timeRead = () => timeOf(() => read(store));
      const quietMs = Math.max(await timeRead(), await timeRead(), await timeRead());
      // If the aborted reads went on, the next one would wait for all of them, each time.
      const maxMs = (quietMs * ABORTED_READS) / 4;
      let afterMs = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3 && afterMs >= maxMs; round++) {
        const controller = new AbortController();
        const aborted = Array.from({ length: ABORTED_READS }, () => read(store, { signal: controller.signal }));
        controller.abort(new Error('the client left'));
        await Promise.allSettled(aborted);
        afterMs = await timeRead();
      }
      expect(afterMs, `milliseconds of ${name} after ${ABORTED_READS} aborted ones`).toBeLessThan(maxMs);
    }
  },

  'serves a client while another one has many reads that are long': async ({ store, anEvent }) => {
    await appendBatch(store, groupedEvents(anEvent));
    for (const [name, read] of Object.entries(LONG_READS)) {
      let settled = 0;
      const others = Array.from({ length: MANY_READS }, () => read(store, { client: 'a' }).finally(() => settled++));
      await read(store, { client: 'b' });
      expect(settled, `reads of ${name} that ended before one of another client`).toBeLessThan(MANY_READS / 2);
      await Promise.all(others);
    }
  },
} satisfies Behaviours;

/** Returns the duration of a call in milliseconds. */
async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await call();
  return performance.now() - begin;
}

function groupedEvents(anEvent: EventBuilder) {
  return Array.from({ length: EVENTS }, (_, n) => anEvent({ payload: { n, group: n % 1_000 } }));
}
