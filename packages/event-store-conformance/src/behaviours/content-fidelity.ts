import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import { DEFAULT_LIMITS } from '@event-tracker/core/schemas';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { EARLIEST, LATEST } from '../event-builder.ts';
import { expectContents, expectResults, expectSameEvents } from '../expectations.ts';
import type { Behaviours, Subject } from '../harness.ts';
import { createModel } from '../model.ts';
import { INHERITED_NAMES, randomPayload, randomText, TRICKY_TEXTS } from '../random-json.ts';
import { NO_LIMIT, readToEnd } from '../reading.ts';
import { byEffort } from '../test-effort.ts';

/** Deepest nesting that core lets pass; the payload itself is the first level. */
const MAX_DEPTH = 32;
const RANDOM_PAYLOADS = byEffort({ quick: 2_000, full: 10_000, long: 10_000 });

export const contentFidelity = {
  'gives back members in their order': (subject) =>
    expectPayloadsBack(subject, [
      { z: 1, a: 2, M: 3, '': 4, aa: 5 },
      {
        z: { y: { x: 1, w: 2 }, b: 3 },
        a: [
          { d: 1, c: 2 },
          { c: 1, d: 2 },
        ],
      },
      // JavaScript puts names that are integers first, ascending.
      { b: 1, '10': 2, a: 3, '9': 4, '-1': 5, '01': 6, '1.5': 7, '4294967295': 8, '4294967294': 9 },
      Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`name ${(index * 7_919) % 1_000}`, index])),
    ]),

  'gives back names that objects inherit, as data': (subject) =>
    expectPayloadsBack(
      subject,
      INHERITED_NAMES.flatMap((name) => [{ [name]: 1 }, { a: { [name]: { [name]: null } } }, { [name]: [name] }]),
    ),

  'gives back numbers to the last bit': (subject) =>
    expectPayloadsBack(
      subject,
      [
        [0, 1, -1, 0.1, 0.2, 0.1 + 0.2, 1 / 3, -1.5, 100, 1e-7, 1.7e-300, 5e-324, 2.2250738585072014e-308],
        [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31, 2 ** 32, -(2 ** 31) - 1, 4_503_599_627_370_495.5],
        [2 ** 53, 2 ** 60, -(2 ** 63), 2 ** 64, 1e20, 1e21, 6.022_140_76e23, -1e300, Number.MAX_VALUE],
        [1_735_732_800_000.123, 0.000001, 123_456_789.123_456_79, Number.EPSILON, 1 + Number.EPSILON],
      ].flatMap((numbers) => [{ numbers }, ...numbers.map((number) => ({ number }))]),
    ),

  'gives back any text, as value and as name': (subject) =>
    expectPayloadsBack(
      subject,
      TRICKY_TEXTS.flatMap((text) => [{ text }, { [text]: text }, { list: [text, [text]] }]),
    ),

  'gives back what is empty as it was': (subject) =>
    expectPayloadsBack(subject, [
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

  'gives back nesting of 32 levels': (subject) => {
    const objects = nest(MAX_DEPTH - 2, {}, (inner) => ({ a: inner }));
    const arrays = nest(MAX_DEPTH - 2, [], (inner) => [inner]);
    const both = nest((MAX_DEPTH - 2) / 2, { z: 1, a: 0.1 }, (inner) => [{ b: inner, a: null }]);
    return expectPayloadsBack(subject, [{ objects }, { arrays }, { both }]);
  },

  'gives back payloads of the largest size': (subject) => {
    const room = DEFAULT_LIMITS.maxPayloadBytes - '{"a":""}'.length;
    return expectPayloadsBack(
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

  'gives back types of any text up to 255 characters': async ({ store, anEvent, random }) => {
    const types = [
      ...TRICKY_TEXTS.map((text) => text.replaceAll(/\p{Cc}/gu, '')),
      'x'.repeat(255),
      '\u{10ffff}'.repeat(255),
      ...Array.from({ length: 200 }, () => randomText(random).replaceAll(/\p{Cc}/gu, '')),
    ].filter((type) => type !== '');
    await expectEventsBack(
      store,
      types.map((event_type) => anEvent({ event_type })),
    );
  },

  'gives back timestamps to the nanosecond': async ({ store, anEvent }) => {
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
    await expectEventsBack(
      store,
      [EARLIEST, LATEST, ...timestamps].map((timestamp) => anEvent({ timestamp })),
    );
  },

  'gives back ids of every version and variant': async ({ store, anEvent }) => {
    const digits = [...'0123456789abcdef'];
    const ids = digits.flatMap((version) =>
      digits.map((variant) => `018cc251-f400-${version}000-${variant}000-00000000000a`),
    );
    await expectEventsBack(
      store,
      ids.map((id) => anEvent({ id })),
    );
  },

  'gives back random payloads': async ({ store, anEvent, random }) => {
    const events = Array.from({ length: RANDOM_PAYLOADS }, () => anEvent({ payload: randomPayload(random) }));
    await appendBatch(store, events);
    const expected = createModel(events).page({ filter: {}, order: 'asc', limit: NO_LIMIT });
    expectSameEvents(await readToEnd(store, { limit: 1_000 }), expected);
  },
} satisfies Behaviours;

function expectPayloadsBack({ store, anEvent }: Subject, payloads: readonly JsonObject[]): Promise<void> {
  return expectEventsBack(
    store,
    payloads.map((payload) => anEvent({ payload })),
  );
}

/** Expects the same bytes in the answer, by query and by id. */
async function expectEventsBack(store: EventStorePort, events: readonly Event[]): Promise<void> {
  expectResults(
    await appendBatch(store, events),
    events.map((event) => ({ event, stored: true })),
  );
  await expectContents(store, events);
}

function nest(levels: number, core: JsonValue, wrap: (inner: JsonValue) => JsonValue): JsonValue {
  return levels === 0 ? core : nest(levels - 1, wrap(core), wrap);
}
