import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import { DEFAULT_LIMITS } from '@event-tracker/core/schemas';
import { appendBatch, BEFORE_ALL, type EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { EARLIEST, LATEST } from '../event-builder.ts';
import { expectContents, expectResults, expectSameEvents } from '../expectations.ts';
import type { Behaviours, Subject } from '../harness.ts';
import { createModel } from '../model.ts';
import { INHERITED_NAMES, randomPayload, randomText, TRICKY_TEXTS } from '../random-json.ts';
import { find, NO_LIMIT, readToEnd } from '../reading.ts';
import { byEffort } from '../test-effort.ts';

/** Deepest nesting that core accepts. The payload is the first level. */
const MAX_DEPTH = 32;
const RANDOM_PAYLOADS = byEffort({ quick: 2_000, full: 10_000, long: 10_000 });

export const contentFidelity = {
  'returns members in their order': (subject) =>
    expectSamePayloads(subject, [
      { z: 1, a: 2, M: 3, '': 4, aa: 5 },
      {
        z: { y: { x: 1, w: 2 }, b: 3 },
        a: [
          { d: 1, c: 2 },
          { c: 1, d: 2 },
        ],
      },
      // JavaScript objects have integer names first, in ascending order.
      { b: 1, '10': 2, a: 3, '9': 4, '-1': 5, '01': 6, '1.5': 7, '4294967295': 8, '4294967294': 9 },
      Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`name ${(index * 7_919) % 1_000}`, index])),
    ]),

  'returns names that objects inherit as data': (subject) =>
    expectSamePayloads(
      subject,
      INHERITED_NAMES.flatMap((name) => [{ [name]: 1 }, { a: { [name]: { [name]: null } } }, { [name]: [name] }]),
    ),

  'returns numbers without rounding': (subject) =>
    expectSamePayloads(
      subject,
      [
        [0, 1, -1, 0.1, 0.2, 0.1 + 0.2, 1 / 3, -1.5, 100, 1e-7, 1.7e-300, 5e-324, 2.2250738585072014e-308],
        [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31, 2 ** 32, -(2 ** 31) - 1, 4_503_599_627_370_495.5],
        [2 ** 53, 2 ** 60, -(2 ** 63), 2 ** 64, 1e20, 1e21, 6.022_140_76e23, -1e300, Number.MAX_VALUE],
        [1_735_732_800_000.123, 0.000001, 123_456_789.123_456_79, Number.EPSILON, 1 + Number.EPSILON],
      ].flatMap((numbers) => [{ numbers }, ...numbers.map((number) => ({ number }))]),
    ),

  'returns any text, as a value and as a name': (subject) =>
    expectSamePayloads(
      subject,
      TRICKY_TEXTS.flatMap((text) => [{ text }, { [text]: text }, { list: [text, [text]] }]),
    ),

  'returns empty values unchanged': (subject) =>
    expectSamePayloads(subject, [
      {},
      { a: {} },
      { a: [] },
      { a: [[], {}, [{}], [[]], null] },
      { a: null },
      { a: '' },
      { a: false },
      { a: 0 },
      { '': {} },
    ]),

  'returns 32 levels of nesting': (subject) => {
    const objects = nest(MAX_DEPTH - 2, {}, (inner) => ({ a: inner }));
    const arrays = nest(MAX_DEPTH - 2, [], (inner) => [inner]);
    const both = nest((MAX_DEPTH - 2) / 2, { z: 1, a: 0.1 }, (inner) => [{ b: inner, a: null }]);
    return expectSamePayloads(subject, [{ objects }, { arrays }, { both }]);
  },

  'returns payloads of the largest size': (subject) => {
    const room = DEFAULT_LIMITS.maxPayloadBytes - '{"a":""}'.length;
    return expectSamePayloads(
      subject,
      [
        ['x', 1],
        ['\\', 2],
        ['é', 2],
        ['\u0001', 6],
        ['\u{1f600}', 4],
      ].map(([text, bytes]) => ({ a: String(text).repeat(Math.floor(room / Number(bytes))) })),
    );
  },

  'returns events whose copies have all members': async ({ store, anEvent }) => {
    const event = anEvent({ payload: { z: 1, a: [{ b: null }] } });
    await appendBatch(store, [event]);
    const found = await find(store);
    const [arrival] = await store.readAfter({ after: BEFORE_ALL, limit: 1 });
    const byId = await store.get(event.id);
    const all = [...found, ...(byId ? [byId] : []), ...(arrival ? [arrival.event] : [])];
    expect(all).toHaveLength(store.guarantees.following === 'delayed' ? 2 : 3);
    for (const returned of all) {
      expect(returned).toEqual(event);
      for (const copy of [{ ...returned }, structuredClone(returned)]) expect(copy).toStrictEqual({ ...event });
    }
  },

  'returns event types of any text up to 255 characters': async ({ store, anEvent, random }) => {
    const types = [
      ...TRICKY_TEXTS.map((text) => text.replaceAll(/\p{Cc}/gu, '')),
      'x'.repeat(255),
      '\u{10ffff}'.repeat(255),
      ...Array.from({ length: 200 }, () => randomText(random).replaceAll(/\p{Cc}/gu, '')),
    ].filter((type) => type !== '');
    await expectEventsUnchanged(
      store,
      types.map((event_type) => anEvent({ event_type })),
    );
  },

  'returns timestamps to the nanosecond': async ({ store, anEvent }) => {
    const fractions = [
      '',
      '.1',
      '.12',
      '.123',
      '.1234',
      '.123456',
      '.1234567',
      '.123456789',
      '.000000001',
      '.999999999',
    ];
    const seconds = [
      '1900-01-01T00:00:00',
      '1969-12-31T23:59:59',
      '1970-01-01T00:00:00',
      '2024-02-29T23:59:59',
      '2262-04-11T23:47:15',
    ];
    const timestamps = seconds.flatMap((second) => fractions.map((fraction) => `${second}${fraction}Z`));
    await expectEventsUnchanged(
      store,
      [EARLIEST, LATEST, ...timestamps].map((timestamp) => anEvent({ timestamp })),
    );
  },

  'returns ids of every version and variant': async ({ store, anEvent }) => {
    const digits = [...'0123456789abcdef'];
    const ids = digits.flatMap((version) =>
      digits.map((variant) => `018cc251-f400-${version}000-${variant}000-00000000000a`),
    );
    await expectEventsUnchanged(
      store,
      ids.map((id) => anEvent({ id })),
    );
  },

  'returns random payloads unchanged': async ({ store, anEvent, random }) => {
    const events = Array.from({ length: RANDOM_PAYLOADS }, () => anEvent({ payload: randomPayload(random) }));
    await appendBatch(store, events);
    const expected = createModel(events).page({ filter: {}, order: 'asc', limit: NO_LIMIT });
    expectSameEvents(await readToEnd(store, { limit: 1_000 }), expected);
  },
} satisfies Behaviours;

function expectSamePayloads({ store, anEvent }: Subject, payloads: readonly JsonObject[]): Promise<void> {
  return expectEventsUnchanged(
    store,
    payloads.map((payload) => anEvent({ payload })),
  );
}

/** Expects append, query and get to return the same bytes. */
async function expectEventsUnchanged(store: EventStorePort, events: readonly Event[]): Promise<void> {
  expectResults(
    await appendBatch(store, events),
    events.map((event) => ({ event, stored: true })),
  );
  await expectContents(store, events);
}

function nest(levels: number, core: JsonValue, wrap: (inner: JsonValue) => JsonValue): JsonValue {
  return levels === 0 ? core : nest(levels - 1, wrap(core), wrap);
}
