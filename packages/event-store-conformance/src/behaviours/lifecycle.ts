import { setImmediate } from 'node:timers/promises';
import { appendBatch } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { aggregate } from '../cells.ts';
import { changed } from '../event-builder.ts';
import { expectConflict, expectContents, expectResults, expectSameEvents, expectUnavailable } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { createModel } from '../model.ts';
import { randomPayload } from '../random-json.ts';
import { find, NO_LIMIT } from '../reading.ts';

export const lifecycle = {
  'is empty when new': async ({ store, anEvent }) => {
    expect(await find(store)).toEqual([]);
    expect(await store.get(anEvent().id)).toBeUndefined();
  },

  'responds to a ping while open': async ({ store }) => {
    await expect(store.ping()).resolves.toBeUndefined();
  },

  'rejects every call after close with store_unavailable': async ({ store, anEvent }) => {
    const event = anEvent();
    await appendBatch(store, [event]);
    const expectClosed = async (when: string) => {
      await Promise.all([
        expectUnavailable(appendBatch(store, [anEvent()]), `append ${when}`),
        expectUnavailable(appendBatch(store, [event]), `append of a duplicate ${when}`),
        expectUnavailable(store.get(event.id), `get ${when}`),
        expectUnavailable(find(store), `query ${when}`),
        expectUnavailable(aggregate(store), `aggregate ${when}`),
        expectUnavailable(store.delete([event.id]), `delete ${when}`),
        expectUnavailable(store.head(), `head ${when}`),
        expectUnavailable(store.readAfter({ after: 0n, limit: 1 }), `readAfter ${when}`),
        expectUnavailable(store.ping(), `ping ${when}`),
      ]);
    };
    const closing = store.close();
    await expectClosed('during close');
    await closing;
    await expectClosed('after close');
  },

  'waits for running calls before close resolves': async ({ store, anEvent }) => {
    const known = Array.from({ length: 2_000 }, () => anEvent());
    await appendBatch(store, known);
    let settled = 0;
    const calls = [
      ...Array.from({ length: 20 }, () =>
        appendBatch(
          store,
          Array.from({ length: 100 }, () => anEvent()),
        ),
      ),
      find(store),
      aggregate(store, { groupBy: ['n'], top: 1 }),
      store.get(known[0]?.id ?? ''),
      store.delete(known.slice(0, 500).map(({ id }) => id)),
      store.ping(),
    ].map((call) => call.finally(() => settled++));
    const outcomes = Promise.allSettled(calls);
    await store.close();
    // The callbacks of calls that settled before close may run after it.
    await setImmediate();
    expect(settled, 'calls settled when close resolves').toBe(calls.length);
    const rejected = (await outcomes).filter(({ status }) => status === 'rejected');
    expect(rejected, 'calls that close rejected').toEqual([]);
  },

  'can be closed again without effect': async ({ store, reopen }) => {
    await expect(Promise.all([store.close(), store.close()]), 'twice concurrently').resolves.toBeDefined();
    await expect(store.close(), 'once more').resolves.toBeUndefined();
    const reopened = await reopen();
    await store.close();
    await expect(reopened.ping(), 'the reopened store').resolves.toBeUndefined();
  },

  'keeps events after close as its durability declares': async ({ store, reopen, anEvent, random }) => {
    const events = Array.from({ length: 1_000 }, () => anEvent({ payload: randomPayload(random) }));
    await appendBatch(store, events.slice(0, 900));
    await Promise.all(events.slice(900).map((event) => appendBatch(store, [event])));
    await store.close();
    const reopened = await reopen();
    const kept = store.guarantees.durability === 'process' ? [] : events;
    for (const order of ['asc', 'desc'] as const) {
      const expected = createModel(kept).page({ filter: {}, order, limit: NO_LIMIT });
      expectSameEvents(await find(reopened, { order }), expected, order);
    }
  },

  'knows the stored ids after reopening': async ({ store, reopen, anEvent }) => {
    const event = anEvent({ payload: { a: 1, b: 2 } });
    const other = changed(event, { payload: { a: 1, b: 3 } });
    await appendBatch(store, [event]);
    await store.close();
    const reopened = await reopen();
    if (store.guarantees.durability === 'process') {
      expectResults(await appendBatch(reopened, [other]), [{ event: other, stored: true }]);
      await expectContents(reopened, [other]);
    } else {
      const reordered = changed(event, { payload: { b: 2, a: 1 } });
      expectResults(await appendBatch(reopened, [reordered]), [{ event, stored: false }]);
      await expectConflict(appendBatch(reopened, [other]), [event.id]);
      await expectContents(reopened, [event]);
    }
  },
} satisfies Behaviours;
