import { appendBatch } from '@event-tracker/core/store';
import { changed } from '../event-builder.ts';
import { expectContents, expectResults } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';

export const idempotency = {
  'reports the same id and content as a duplicate and changes nothing': async ({ store, anEvent }) => {
    const event = anEvent();
    await appendBatch(store, [event]);
    for (let again = 0; again < 3; again++) {
      expectResults(await appendBatch(store, [structuredClone(event)]), [{ event, stored: false }]);
    }
    await expectContents(store, [event]);
  },

  'returns the stored event for a duplicate whose members are in another order': async ({ store, anEvent }) => {
    const event = anEvent({ payload: { a: 1, b: { c: [{ d: 2, e: 3 }], f: 4 } } });
    const reordered = changed(event, { payload: { b: { f: 4, c: [{ e: 3, d: 2 }] }, a: 1 } });
    await appendBatch(store, [event]);
    expectResults(await appendBatch(store, [reordered]), [{ event, stored: false }]);
    await expectContents(store, [event]);
  },

  'stores an id once if a call contains it several times': async ({ store, anEvent }) => {
    const [twice, once, thrice] = [anEvent({ payload: { a: 1, b: 2 } }), anEvent(), anEvent()];
    const reordered = changed(twice, { payload: { b: 2, a: 1 } });
    expectResults(await appendBatch(store, [twice, thrice, reordered, thrice, once, thrice]), [
      { event: twice, stored: true },
      { event: thrice, stored: true },
      { event: twice, stored: false },
      { event: thrice, stored: false },
      { event: once, stored: true },
      { event: thrice, stored: false },
    ]);
    await expectContents(store, [twice, once, thrice]);
  },

  'stores the new events of a call that also has duplicates': async ({ store, anEvent, random }) => {
    const known = Array.from({ length: 1_000 }, () => anEvent());
    const fresh = Array.from({ length: 1_000 }, () => anEvent());
    await appendBatch(store, known);
    const mixed = random.shuffle([
      ...known.map((event) => ({ event, stored: false })),
      ...fresh.map((event) => ({ event, stored: true })),
    ]);
    expectResults(
      await appendBatch(
        store,
        mixed.map(({ event }) => event),
      ),
      mixed,
    );
    await expectContents(store, [...known, ...fresh]);
  },

  'distinguishes ids that differ in one digit': async ({ store, anEvent }) => {
    const id = '018cc251-f400-7000-8000-000000000001';
    const ids = [...id].flatMap((digit, at) =>
      digit === '-' ? [] : [`${id.slice(0, at)}${digit === 'f' ? 'e' : 'f'}${id.slice(at + 1)}`],
    );
    const events = [id, ...ids].map((each) => anEvent({ id: each }));
    expectResults(
      await appendBatch(store, events),
      events.map((event) => ({ event, stored: true })),
    );
    await expectContents(store, events);
  },
} satisfies Behaviours;
