import type { Event } from '@event-tracker/core';
import { appendBatch } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { changed } from '../event-builder.ts';
import { expectConflict, expectContents, expectResults } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';

export const conflicts = {
  'rejects an id that is stored with other content': async ({ store, anEvent }) => {
    const original = anEvent({
      timestamp: '2025-01-01T12:00:00.000000001Z',
      payload: { text: '1', number: 1, flag: true, nothing: null, list: [1, 2], object: {}, empty: '' },
    });
    await appendBatch(store, [original]);
    for (const other of variationsOf(original)) await expectConflict(appendBatch(store, [other]), [original.id]);
    await expectContents(store, [original]);
  },

  'reports every conflicting id once, and no other id': async ({ store, anEvent }) => {
    const [taken, alsoTaken, duplicate, fresh] = [anEvent(), anEvent(), anEvent(), anEvent()];
    await appendBatch(store, [taken, alsoTaken, duplicate]);
    const [other, another] = [changed(taken, { payload: { other: 1 } }), changed(taken, { payload: { other: 2 } })];
    const alsoOther = changed(alsoTaken, { event_type: 'logout' });
    await expectConflict(appendBatch(store, [fresh, other, duplicate, alsoOther, another, other]), [
      taken.id,
      alsoTaken.id,
    ]);
  },

  'stores nothing of a call with a conflict at any position': async ({ store, anEvent }) => {
    const taken = anEvent();
    await appendBatch(store, [taken]);
    const other = changed(taken, { payload: { other: true } });
    for (const at of [0, 50, 100]) {
      const fresh = Array.from({ length: 100 }, () => anEvent());
      await expectConflict(appendBatch(store, fresh.toSpliced(at, 0, other)), [taken.id]);
      const found = await Promise.all(fresh.slice(0, 5).map(({ id }) => store.get(id)));
      expect(found, 'events of the rejected call, by id').toEqual(found.map(() => undefined));
    }
    await expectContents(store, [taken]);
  },

  'rejects a call whose events conflict with each other': async ({ store, anEvent }) => {
    const [one, two, fresh] = [anEvent(), anEvent(), anEvent()];
    const otherOne = changed(one, { payload: { other: 1 } });
    const otherTwo = changed(two, { timestamp: '2025-01-01T12:00:00.000000002Z' });
    await expectConflict(appendBatch(store, [one, fresh, two, otherOne, otherTwo, otherOne]), [one.id, two.id]);
    await expectContents(store, []);
  },

  'works after a rejected call as if the call had not been made': async ({ store, anEvent }) => {
    const [taken, fresh] = [anEvent(), anEvent()];
    await appendBatch(store, [taken]);
    for (let again = 0; again < 3; again++) {
      await expectConflict(appendBatch(store, [fresh, changed(taken, { payload: { again } })]), [taken.id]);
    }
    await expect(store.ping(), 'ping').resolves.toBeUndefined();
    // The ids of a rejected call are free, also with other content.
    const freshAgain = changed(fresh, { payload: { again: true } });
    expectResults(await appendBatch(store, [taken, freshAgain]), [
      { event: taken, stored: false },
      { event: freshAgain, stored: true },
    ]);
    await expectContents(store, [taken, freshAgain]);
  },
} satisfies Behaviours;

/** Returns events with the same id, each with one difference in content that some comparison misses. */
function variationsOf(event: Event): Event[] {
  const withPayload = (members: Event['payload']) => changed(event, { payload: { ...event.payload, ...members } });
  const { nothing: _, ...withoutNothing } = event.payload;
  return [
    changed(event, { event_type: event.event_type.toUpperCase() }),
    changed(event, { event_type: `${event.event_type} ` }),
    changed(event, { timestamp: '2025-01-01T12:00:00.000000002Z' }),
    changed(event, { timestamp: '2025-01-01T12:00:00Z' }),
    changed(event, { payload: {} }),
    changed(event, { payload: withoutNothing }),
    withPayload({ added: null }),
    withPayload({ text: 1 }),
    withPayload({ number: '1' }),
    withPayload({ number: 1.0000000000000002 }),
    withPayload({ flag: 1 }),
    withPayload({ nothing: false }),
    withPayload({ list: [2, 1] }),
    withPayload({ list: [1, 2, 2] }),
    withPayload({ list: { 0: 1, 1: 2 } }),
    withPayload({ object: [] }),
    withPayload({ empty: ' ' }),
  ];
}
