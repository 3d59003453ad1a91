import type { Event } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf, type PayloadCondition } from '@event-tracker/core/store';
import { EARLIEST, type EventBuilder } from '../event-builder.ts';
import { expectContents, expectResults, expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { find } from '../reading.ts';

export const mutability = {
  'is unchanged when what was handed in is mutated': async ({ store, anEvent }) => {
    const events = nestedEvents(anEvent);
    const handedIn = structuredClone(events);
    await appendBatch(store, handedIn);
    deface(handedIn);
    await expectContents(store, events);
  },

  'is unchanged when what was handed in is mutated while the call is under way': async ({ store, anEvent }) => {
    const [before, events] = [nestedEvents(anEvent), nestedEvents(anEvent)];
    const handedIn = structuredClone(events);
    const calls = [appendBatch(store, before), appendBatch(store, handedIn)] as const;
    deface(handedIn);
    const [, results] = await Promise.all(calls);
    expectResults(
      results,
      events.map((event) => ({ event, stored: true })),
    );
    await expectContents(store, [...before, ...events]);
  },

  'is unchanged when what it answered is mutated': async ({ store, anEvent }) => {
    const events = nestedEvents(anEvent);
    deface(await appendBatch(store, events));
    await expectContents(store, events, 'after mutating what append answered');
    deface(await appendBatch(store, events));
    await expectContents(store, events, 'after mutating what append answered of duplicates');
    for (const { id } of events) deface(await store.get(id));
    await expectContents(store, events, 'after mutating what get answered');
    deface(await find(store));
    deface(await find(store, { filter: { event_type: ['login'] }, order: 'desc' }));
    await expectContents(store, events, 'after mutating what query answered');
    expectResults(
      await appendBatch(store, events),
      events.map((event) => ({ event, stored: false })),
    );
  },

  'answers what was asked when the question is mutated while the call is under way': async ({ store, anEvent }) => {
    const events = nestedEvents(anEvent);
    await appendBatch(store, events);
    const event_type = ['login'];
    const event_type_prefix = ['log'];
    const payload: PayloadCondition[] = [{ path: ['index'], op: 'gte', operand: 0 }];
    const start = epochNanosecondsOf(EARLIEST);
    const filter = { event_type, event_type_prefix, start, payload };
    const request = { filter, order: 'asc' as const, limit: 100 };
    const call = store.query(request);
    event_type[0] = 'defaced';
    event_type_prefix[0] = 'defaced';
    payload.push({ path: ['index'], op: 'exists', operand: false });
    Object.assign(request.filter, { start: epochNanosecondsOf('2200-01-01T00:00:00Z') });
    Object.assign(request, { order: 'desc', limit: 1 });
    const found = await call;
    expectSameSet(found, events);
    expectSameEvents(found, await find(store), 'ascending');
  },

  'removes what was asked when the ids are mutated while the call is under way': async ({ store, anEvent }) => {
    const [kept, removed] = [nestedEvents(anEvent), nestedEvents(anEvent)];
    await appendBatch(store, [...kept, ...removed]);
    const ids = removed.map(({ id }) => id);
    // Behind an append, the removal may have to wait.
    const calls = [appendBatch(store, nestedEvents(anEvent).slice(0, 1)), store.delete(ids)] as const;
    ids.fill(kept[0]?.id ?? '');
    const [[other]] = await Promise.all(calls);
    await expectContents(store, [...kept, ...(other ? [other.event] : [])]);
  },
} satisfies Behaviours;

function nestedEvents(anEvent: EventBuilder): Event[] {
  return Array.from({ length: 5 }, (_, index) =>
    anEvent({ payload: { index, list: [1, { deep: [2] }], object: { a: {} } } }),
  );
}

/** Changes everything that can be changed about a value; what is frozen stays as it is. */
function deface(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    deface(Reflect.get(value, name));
    Reflect.set(value, name, 'defaced');
  }
  if (Array.isArray(value)) Reflect.set(value, 'length', 0);
  else Reflect.set(value, 'defaced', true);
}
