import type { Event } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { EARLIEST, LATEST } from '../event-builder.ts';
import { expectContents, expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { find } from '../reading.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

/** Types that are easily confused with each other, with a pattern or with a statement. */
const TYPES = [
  'login',
  'Login',
  'LOGIN',
  'login ',
  ' login',
  'log',
  'logins',
  'log_n',
  'log%',
  '%',
  '_',
  '\\',
  `'; drop table events; --`,
  '"login"',
  'é',
  'e\u0301',
  '1',
  '01',
  '1.0',
  'null',
  '\u{1f600}',
];

export const filtering = {
  'finds an event by its id, and nothing by an unknown id': async ({ store, anEvent }) => {
    const [event, other] = [anEvent(), anEvent()];
    await appendBatch(store, [event]);
    expect(JSON.stringify(await store.get(event.id)), 'stored').toBe(JSON.stringify(event));
    expect(await store.get(other.id), 'not stored').toBeUndefined();
  },

  'finds every event with an empty filter': async ({ store, anEvent }) => {
    const events = [EARLIEST, '1970-01-01T00:00:00Z', LATEST].map((timestamp) => anEvent({ timestamp }));
    await appendBatch(store, events);
    expectSameSet(await find(store, { filter: {} }), events, 'no members');
    const undefinedMembers = {
      event_type: undefined,
      event_type_prefix: undefined,
      start: undefined,
      end: undefined,
      payload: undefined,
    };
    expectSameSet(await find(store, { filter: undefinedMembers, after: undefined }), events, 'undefined members');
  },

  'compares types exactly': async ({ store, anEvent }) => {
    const events = TYPES.map((event_type) => anEvent({ event_type }));
    await appendBatch(store, events);
    for (const event of events) {
      const found = await find(store, { filter: { event_type: [event.event_type] } });
      expectSameSet(found, [event], JSON.stringify(event.event_type));
    }
    expectSameSet(
      await find(store, { filter: { event_type: ['lo', 'nothing', 'logi_', '*', ''] } }),
      [],
      'other types',
    );
  },

  'finds events of any of several types': async ({ store, anEvent }) => {
    const events = Array.from({ length: 300 }, (_, index) => anEvent({ event_type: `type ${index % 150}` }));
    await appendBatch(store, events);
    for (const count of [2, 100]) {
      const wanted = Array.from({ length: count }, (_, index) => `type ${index + 75}`);
      const found = await find(store, { filter: { event_type: wanted } });
      const expected = events.filter(({ event_type }) => wanted.includes(event_type));
      expectSameSet(found, expected, `${count} types, some without events`);
    }
  },

  'finds an event once if its type is given twice': async ({ store, anEvent }) => {
    const events = [anEvent(), anEvent(), anEvent({ event_type: 'logout' })];
    await appendBatch(store, events);
    const found = await find(store, { filter: { event_type: ['login', 'logout', 'login'] } });
    expectSameSet(found, events);
  },

  'finds nothing if the list of types is empty': async ({ store, anEvent }) => {
    await appendBatch(store, [anEvent()]);
    expect(await find(store, { filter: { event_type: [] } })).toEqual([]);
  },

  'finds types by exact prefix': async ({ store, anEvent }) => {
    const types = [...TYPES, 'log.', 'log.a', 'log/a', 'loh', 'x\uffff', 'x\u{10ffff}', 'x\u{10ffff}y', 'x', 'y'];
    const events = types.map((event_type) => anEvent({ event_type }));
    await appendBatch(store, events);
    for (const prefix of [
      ...types,
      'lo',
      'l',
      'L',
      'LOG',
      'logi_',
      'log.%',
      'e',
      "'",
      '"',
      '[',
      '*',
      'nothing',
      'loginss',
    ]) {
      const found = await find(store, { filter: { event_type_prefix: [prefix] } });
      const expected = events.filter(({ event_type }) => event_type.startsWith(prefix));
      expectSameSet(found, expected, JSON.stringify(prefix));
    }
  },

  'finds events of any of several types or prefixes, each once': async ({ store, anEvent }) => {
    const events = Array.from({ length: 300 }, (_, index) => anEvent({ event_type: `type.${index % 150}` }));
    await appendBatch(store, [...events, anEvent({ event_type: 'other' }), anEvent({ event_type: 'other.a' })]);
    for (const [event_type, event_type_prefix, pattern] of [
      [undefined, ['type.1', 'type.2'], /^type\.[12]/],
      [undefined, ['type.1', 'type.14', 'type.1'], /^type\.1/],
      [undefined, ['type'], /^type/],
      [['type.3', 'other'], ['type.1'], /^type\.3$|^other$|^type\.1/],
      [['type.11'], ['type.1', 'nothing'], /^type\.1/],
      [['nothing'], ['type.14'], /^type\.14/],
      [['type.5'], [], /^type\.5$/],
      [[], ['type.5'], /^type\.5/],
      [[], [], /^$/],
      [undefined, [], /^$/],
    ] as const) {
      const found = await find(store, { filter: { event_type, event_type_prefix } });
      const expected = (await find(store)).filter((event) => pattern.test(event.event_type));
      expectSameEvents(found, expected, JSON.stringify([event_type, event_type_prefix]));
    }
  },

  'includes both ends of a range, to the nanosecond': async ({ store, anEvent }) => {
    const events = [-2n, -1n, 0n, 1n, 2n].map((nanoseconds) =>
      anEvent({ timestamp: formatTimestamp(NOON + nanoseconds) }),
    );
    await appendBatch(store, events);
    const between = (start?: bigint, end?: bigint) => find(store, { filter: { start, end } });
    expectSameSet(await between(NOON - 1n, NOON + 1n), events.slice(1, 4), 'both ends');
    expectSameSet(await between(NOON, NOON), events.slice(2, 3), 'one instant');
    expectSameSet(await between(NOON + 1n, undefined), events.slice(3), 'only a start');
    expectSameSet(await between(undefined, NOON - 1n), events.slice(0, 2), 'only an end');
    expectSameSet(await between(NOON + 1n, NOON - 1n), [], 'start after end');
    expectSameSet(await between(NOON + 3n, NOON + 9n), [], 'a range without events');
  },

  'distinguishes instants to the nanosecond, from 1900 to 2262': async ({ store, anEvent }) => {
    const instants = [EARLIEST, '1969-12-31T23:59:59.999999999Z', '1970-01-01T00:00:00Z', LATEST].map(
      epochNanosecondsOf,
    );
    const neighbours = instants.map((instant) => (instant > 0n ? instant - 1n : instant + 2n));
    const events = [...instants, ...neighbours].map((instant) => anEvent({ timestamp: formatTimestamp(instant) }));
    await appendBatch(store, events);
    for (const event of events) {
      const instant = epochNanosecondsOf(event.timestamp);
      expectSameSet(await find(store, { filter: { start: instant, end: instant } }), [event], event.timestamp);
    }
    const whole = { start: epochNanosecondsOf(EARLIEST), end: epochNanosecondsOf(LATEST) };
    expectSameSet(await find(store, { filter: whole }), events, 'all instants');
  },

  'finds events that match both type and range': async ({ store, anEvent }) => {
    const events = ['login', 'logout'].flatMap((event_type) =>
      [0n, 1n, 2n, 3n].map((nanoseconds) => anEvent({ event_type, timestamp: formatTimestamp(NOON + nanoseconds) })),
    );
    await appendBatch(store, events);
    const isWanted = ({ event_type, timestamp }: Event) =>
      event_type === 'logout' &&
      ['2025-01-01T12:00:00.000000001Z', '2025-01-01T12:00:00.000000002Z'].includes(timestamp);
    const filter = { event_type: ['logout'], start: NOON + 1n, end: NOON + 2n };
    expectSameSet(await find(store, { filter }), events.filter(isWanted));
    await expectContents(store, events);
  },
} satisfies Behaviours;
