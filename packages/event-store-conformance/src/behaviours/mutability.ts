import type { Event } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf, type PayloadCondition } from '@event-tracker/core/store';
import { EARLIEST, type EventBuilder } from '../event-builder.ts';
import { expectContents, expectResults, expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { find } from '../reading.ts';

export const mutability = {
  'is not affected when appended events are mutated': async ({ store, anEvent }) => {
    const events = nestedEvents(anEvent);
    const appended = structuredClone(events);
    await appendBatch(store, appended);
    mutateDeep(appended);
    await expectContents(store, events);
  },

  'is not affected when appended events are mutated during the call': async ({ store, anEvent }) => {
    const [before, events] = [nestedEvents(anEvent), nestedEvents(anEvent)];
    const appended = structuredClone(events);
    const calls = [appendBatch(store, before), appendBatch(store, appended)] as const;
    mutateDeep(appended);
    const [, results] = await Promise.all(calls);
    expectResults(
      results,
      events.map((event) => ({ event, stored: true })),
    );
    await expectContents(store, [...before, ...events]);
  },

  'is not affected when returned events are mutated': async ({ store, anEvent }) => {
    const events = nestedEvents(anEvent);
    mutateDeep(await appendBatch(store, events));
    await expectContents(store, events, 'after mutating the results of append');
    mutateDeep(await appendBatch(store, events));
    await expectContents(store, events, 'after mutating the results of duplicates');
    for (const { id } of events) mutateDeep(await store.get(id));
    await expectContents(store, events, 'after mutating the result of get');
    mutateDeep(await find(store));
    mutateDeep(await find(store, { filter: { event_type: ['login'] }, order: 'desc' }));
    await expectContents(store, events, 'after mutating the result of query');
    expectResults(
      await appendBatch(store, events),
      events.map((event) => ({ event, stored: false })),
    );
  },

  'is not affected when the request is mutated during the call': async ({ store, anEvent }) => {
    const events = nestedEvents(anEvent);
    await appendBatch(store, events);
    const event_type = ['login'];
    const event_type_prefix = ['log'];
    const payload: PayloadCondition[] = [{ path: ['index'], op: 'gte', operand: 0 }];
    const start = epochNanosecondsOf(EARLIEST);
    const filter = { event_type, event_type_prefix, start, payload };
    const request = { filter, order: 'asc' as const, limit: 100 };
    const call = store.query(request);
    event_type[0] = 'mutated';
    event_type_prefix[0] = 'mutated';
    payload.push({ path: ['index'], op: 'exists', operand: false });
    Object.assign(request.filter, { start: epochNanosecondsOf('2200-01-01T00:00:00Z') });
    Object.assign(request, { order: 'desc', limit: 1 });
    const found = await call;
    expectSameSet(found, events);
    expectSameEvents(found, await find(store), 'ascending');
  },

  'is not affected when the ids are mutated during a deletion': async ({ store, anEvent }) => {
    const [kept, deleted] = [nestedEvents(anEvent), nestedEvents(anEvent)];
    await appendBatch(store, [...kept, ...deleted]);
    const ids = deleted.map(({ id }) => id);
    // The deletion may have to wait for the append.
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

/** Changes every member of a value that is not frozen. */
function mutateDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    mutateDeep(Reflect.get(value, name));
    Reflect.set(value, name, 'mutated');
  }
  if (Array.isArray(value)) Reflect.set(value, 'length', 0);
  else Reflect.set(value, 'mutated', true);
}
