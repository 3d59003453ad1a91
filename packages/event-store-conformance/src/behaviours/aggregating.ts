import type { JsonObject, JsonValue } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  appendBatch,
  epochNanosecondsOf,
  formatTimestamp,
  type JsonScalar,
  type Metric,
} from '@event-tracker/core/store';
import { expect } from 'vitest';
import { aggregate, cellOf, expectCells } from '../cells.ts';
import { EARLIEST, type EventBuilder, LATEST } from '../event-builder.ts';
import type { Behaviours } from '../harness.ts';
import { INHERITED_NAMES, TRICKY_TEXTS } from '../random-json.ts';
import { byEffort } from '../test-effort.ts';
import { whileRunning } from '../while-running.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');
const COUNT: readonly Metric[] = [{ kind: 'count' }];
const GROUPS = { metrics: COUNT, groupBy: ['g'] };

const KINDS = ['sum', 'avg', 'min', 'max'] as const;

/** Returns metrics for the sum, the average, the minimum and the maximum at a path. */
function numbersAt(...path: readonly string[]): readonly Metric[] {
  return KINDS.map((kind) => ({ kind, path }));
}

export const aggregating = {
  'counts the matching events, and returns no cell if none match': async ({ store, anEvent }) => {
    expectCells(await aggregate(store), [], 'of an empty store');
    await appendBatch(store, [anEvent(), anEvent(), anEvent({ event_type: 'logout' })]);
    expectCells(await aggregate(store), [cellOf({ values: [3] })], 'of all events');
    expectCells(
      await aggregate(store, { filter: { event_type: ['login'] } }),
      [cellOf({ values: [2] })],
      'of the logins',
    );
    const nothing = { filter: { event_type: ['nothing'] } };
    for (const metrics of [COUNT, numbersAt('n')]) expectCells(await aggregate(store, { ...nothing, metrics }), []);
    expectCells(await aggregate(store, { ...nothing, ...GROUPS, top: 1, boundaries: [0n] }), [], 'of nothing');
  },

  'applies every part of a filter': async ({ store, anEvent }) => {
    const events = ['order.new', 'order.paid', 'refund'].flatMap((event_type) =>
      [0n, 1n, 2n, 3n].map((at) =>
        anEvent({ event_type, timestamp: formatTimestamp(NOON + at), payload: { at: Number(at), paid: at > 1n } }),
      ),
    );
    await appendBatch(store, events);
    const counts: readonly [AggregateRequest['filter'], number][] = [
      [{ start: NOON + 1n }, 9],
      [{ end: NOON + 1n }, 6],
      [{ start: NOON + 1n, end: NOON + 2n }, 6],
      [{ event_type: ['refund', 'order.new'], start: NOON + 3n }, 2],
      [{ event_type_prefix: ['order.'] }, 8],
      [{ event_type_prefix: ['order.'], event_type: ['refund'], end: NOON }, 3],
      [{ payload: [{ path: ['paid'], op: 'in', operands: [true] }] }, 6],
      [{ payload: [{ path: ['at'], op: 'gt', operand: 0 }], event_type: ['refund'], end: NOON + 2n }, 2],
    ];
    for (const [index, [filter, count]] of counts.entries()) {
      expectCells(await aggregate(store, { filter }), [cellOf({ values: [count] })], `of filter ${index}`);
      const byType = await aggregate(store, { filter, groupBy: 'event_type', top: 1, boundaries: [NOON - 1n] });
      const total = byType.reduce((sum, { values: [value] }) => sum + Number(value), 0);
      expect(total, `all groups of filter ${index}, with a rest`).toBe(count);
    }
  },

  'computes several metrics, in the requested order': async ({ store, anEvent }) => {
    const at = (seconds: bigint) => formatTimestamp(NOON + seconds);
    await appendBatch(store, [
      anEvent({ timestamp: at(5n), payload: { v: 1, w: 10 } }),
      anEvent({ timestamp: at(3n), payload: { v: 2, w: 10 } }),
      anEvent({ timestamp: at(4n), payload: { v: 2 } }),
    ]);
    const metrics: readonly Metric[] = [
      { kind: 'last' },
      { kind: 'sum', path: ['w'] },
      { kind: 'count' },
      { kind: 'unique', path: ['v'] },
      { kind: 'min', path: ['v'] },
      { kind: 'first' },
      { kind: 'max', path: ['v'] },
      { kind: 'unique', path: ['w'] },
      { kind: 'avg', path: ['w'] },
      { kind: 'count' },
    ];
    const values = [NOON + 5n, 20, 3, 2, 1, NOON + 3n, 2, 1, 10, 3];
    expectCells(await aggregate(store, { metrics }), [cellOf({ values })]);
  },

  'returns the first and the last instant to the nanosecond, from 1900 to 2262': async ({ store, anEvent }) => {
    const metrics: readonly Metric[] = [{ kind: 'first' }, { kind: 'last' }];
    const pairs = [
      [EARLIEST, LATEST],
      ['1969-12-31T23:59:59.999999999Z', '1970-01-01T00:00:00.000000001Z'],
      ['2025-01-01T12:00:00.123456788Z', '2025-01-01T12:00:00.123456789Z'],
    ] as const;
    for (const [index, timestamps] of pairs.entries()) {
      const event_type = `type ${index}`;
      await appendBatch(
        store,
        timestamps.toReversed().map((timestamp) => anEvent({ event_type, timestamp })),
      );
      const [first, last] = timestamps.map(epochNanosecondsOf);
      const values = [first ?? null, last ?? null];
      expectCells(await aggregate(store, { filter: { event_type: [event_type] }, metrics }), [cellOf({ values })]);
    }
  },

  'uses only the numbers at a path': async ({ store, anEvent }) => {
    const payloads: readonly JsonObject[] = [
      { v: 3 },
      { v: -4.5 },
      { v: 0 },
      ...['5', '', 'x', true, false, null, {}, { v: 7 }, []].map((v) => ({ v })),
      {},
      { w: 9 },
    ];
    await appendBatch(
      store,
      payloads.map((payload) => anEvent({ payload })),
    );
    const metrics = [...COUNT, ...numbersAt('v')];
    const all = cellOf({ values: [payloads.length, -1.5, -0.5, -4.5, 3] });
    expectCells(await aggregate(store, { metrics }), [all]);
    const noNumber = { payload: [{ path: ['v'], op: 'in', operands: ['5', true, null] }] } as const;
    const none = cellOf({ values: [3, 0, null, null, null] });
    expectCells(await aggregate(store, { metrics, filter: noNumber }), [none], 'without a number');
    expectCells(await aggregate(store, { metrics: numbersAt('nothing', 'here') }), [
      cellOf({ values: [0, null, null, null] }),
    ]);
  },

  'returns the minimum and the maximum without rounding': async ({ store, anEvent }) => {
    const ranges = [
      [-9_007_199_254_740_991, 9_007_199_254_740_991],
      [5e-324, 0.1],
      [2 ** 60, 2 ** 60 + 2 ** 8],
      [2 ** 63, 2 ** 64],
      [-Number.MAX_VALUE, Number.MAX_VALUE],
      [-0.30000000000000004, -0.3],
      [1_234_567.000_000_000_2, 4_503_599_627_370_495.5],
    ] as const;
    for (const [index, [min, max]] of ranges.entries()) {
      const event_type = `type ${index}`;
      await appendBatch(
        store,
        [max, min].map((v) => anEvent({ event_type, payload: { v } })),
      );
      const metrics: readonly Metric[] = [
        { kind: 'min', path: ['v'] },
        { kind: 'max', path: ['v'] },
      ];
      const [cell] = await aggregate(store, { metrics, filter: { event_type: [event_type] } });
      expect(cell?.values).toEqual([min, max]);
    }
  },

  'sums many numbers': async ({ store, anEvent }) => {
    await appendBatch(
      store,
      Array.from({ length: 10_000 }, (_, index) => anEvent({ payload: { v: index / 10 } })),
    );
    await appendBatch(
      store,
      Array.from({ length: 1_000 }, () => anEvent({ payload: { v: -0.1 } })),
    );
    const values = [4_999_400, 4_999_400 / 11_000, -0.1, 999.9];
    expectCells(await aggregate(store, { metrics: numbersAt('v') }), [cellOf({ values })]);
  },

  'distinguishes numbers that differ in the last bit, also large ones': async ({ store, anEvent }) => {
    const numbers = [2 ** 53, 2 ** 53 + 2, 2 ** 60, 2 ** 60 + 2 ** 8, 2 ** 63, 2 ** 64, 1e21, 1e300];
    await appendBatch(
      store,
      [...numbers, ...numbers].map((v) => anEvent({ payload: { v } })),
    );
    const unique: readonly Metric[] = [{ kind: 'unique', path: ['v'] }];
    expectCells(await aggregate(store, { metrics: unique }), [cellOf({ values: [numbers.length] })]);
    const groups = await aggregate(store, { metrics: COUNT, groupBy: ['v'] });
    expectCells(
      groups,
      numbers.map((group) => cellOf({ group, values: [2] })),
    );
  },

  'returns null for a sum or an average that a double cannot hold': async ({ store, anEvent }) => {
    await appendBatch(
      store,
      [1.5e308, 1.5e308].map((v) => anEvent({ payload: { v } })),
    );
    const values = [null, null, 1.5e308, 1.5e308];
    expectCells(await aggregate(store, { metrics: numbersAt('v') }), [cellOf({ values })]);
  },

  'includes array elements at any position of a path, also of nested arrays': async ({ store, anEvent }) => {
    const values: readonly JsonValue[] = [
      { b: { c: 1 } },
      [{ b: { c: 2 } }, { b: [{ c: 4 }, { c: [8, [16]] }] }, [{ b: { c: 32 } }], { c: 64 }, 'b', null],
      { b: { c: [[], [[[128]]]] } },
      { b: [] },
      [[[]]],
      'b',
    ];
    await appendBatch(
      store,
      values.map((a) => anEvent({ payload: { a, b: { c: 256 } } })),
    );
    const metrics: readonly Metric[] = [...numbersAt('a', 'b', 'c'), { kind: 'unique', path: ['a', 'b', 'c'] }];
    expectCells(await aggregate(store, { metrics }), [cellOf({ values: [191, 191 / 7, 1, 128, 7] })]);
    const numeric: readonly Metric[] = [
      { kind: 'count' },
      { kind: 'sum', path: ['a', '1', 'b', 'c'] },
      { kind: 'sum', path: ['b', 'c', '0'] },
    ];
    const events = cellOf({ values: [values.length, 0, 0] });
    expectCells(await aggregate(store, { metrics: numeric }), [events], 'without numeric indexes');
  },

  'counts distinct scalars by JSON type and value, without null': async ({ store, anEvent }) => {
    const scalars: readonly JsonScalar[] = [
      42,
      '42',
      42.5,
      '42.0',
      true,
      'true',
      1,
      '1',
      false,
      0,
      '',
      'null',
      'a',
      'A',
    ];
    const values: readonly JsonValue[] = [...scalars, 42, 'a', [42, [true, 'a']], null, [null], {}, { a: 1 }, []];
    await appendBatch(store, [...values.map((v) => anEvent({ payload: { v } })), anEvent({ payload: {} })]);
    await appendBatch(
      store,
      TRICKY_TEXTS.map((v) => anEvent({ event_type: 'tricky', payload: { v } })),
    );
    const metrics: readonly Metric[] = [{ kind: 'unique', path: ['v'] }];
    const uniqueOf = async (event_type: string) =>
      (await aggregate(store, { metrics, filter: { event_type: [event_type] } }))[0]?.values;
    expect(await uniqueOf('login'), 'scalars of every type').toEqual([scalars.length]);
    expect(await uniqueOf('tricky'), 'texts').toEqual([TRICKY_TEXTS.length]);
  },

  'counts more than ten thousand distinct scalars exactly': async ({ store, anEvent }) => {
    const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
    for (let start = 0; start < users.length; start += 5_000) {
      await appendBatch(
        store,
        users.slice(start, start + 5_000).map((user) => anEvent({ payload: { user } })),
      );
    }
    await appendBatch(
      store,
      users.slice(0, 2_000).map((user) => anEvent({ payload: { user: [user, user, 'user-0'] } })),
    );
    const metrics: readonly Metric[] = [{ kind: 'unique', path: ['user'] }];
    expect((await aggregate(store, { metrics }))[0]?.values).toEqual([users.length]);
  },

  'accepts any text as a name in a path': async ({ store, anEvent }) => {
    const names = [
      ...TRICKY_TEXTS,
      ...INHERITED_NAMES,
      'a.b',
      'a[b]',
      '[0]',
      '0',
      '*',
      '$',
      '@',
      '->',
      '#',
      'É',
      '__proto',
    ];
    for (const [index, name] of names.entries()) {
      const event_type = `type ${index}`;
      const payload = { [name]: { [name]: 8 }, a: { b: 1 } };
      await appendBatch(store, [anEvent({ event_type, payload })]);
    }
    for (const [index, name] of names.entries()) {
      const filter = { event_type: [`type ${index}`] };
      const metrics: readonly Metric[] = [
        { kind: 'sum', path: [name, name] },
        { kind: 'unique', path: [name] },
      ];
      const cells = await aggregate(store, { filter, metrics, groupBy: [name, name] });
      expectCells(cells, [cellOf({ group: 8, values: [8, 0] })], JSON.stringify(name));
    }
  },

  'puts events into buckets to the nanosecond, and excludes those before the first bucket': async ({
    store,
    anEvent,
  }) => {
    const at = [-1n, 0n, 1n, 9n, 10n, 29n, 30n, 1_000_000_000_000n];
    await appendBatch(
      store,
      at.map((nanoseconds) => anEvent({ timestamp: formatTimestamp(NOON + nanoseconds) })),
    );
    await appendBatch(
      store,
      [EARLIEST, LATEST].map((timestamp) => anEvent({ timestamp })),
    );
    const bucketsOf = async (boundaries: readonly bigint[], filter = {}) =>
      Object.fromEntries(
        (await aggregate(store, { boundaries, filter })).map(({ bucket, values }) => [bucket, ...values]),
      );
    const boundaries = [NOON, NOON + 10n, NOON + 20n, NOON + 30n];
    expect(await bucketsOf(boundaries), 'four buckets').toEqual({ 0: 3, 1: 1, 2: 1, 3: 3 });
    expect(await bucketsOf(boundaries, { start: NOON + 1n, end: NOON + 29n }), 'within a range').toEqual({
      0: 2,
      1: 1,
      2: 1,
    });
    expect(await bucketsOf([epochNanosecondsOf(EARLIEST) - 1n, NOON]), 'all of time').toEqual({ 0: 2, 1: 8 });
    expect(await bucketsOf([epochNanosecondsOf(LATEST)]), 'the last instant').toEqual({ 0: 1 });
    expect(await bucketsOf([NOON + 31n, NOON + 32n]), 'an empty bucket').toEqual({ 1: 2 });
  },

  'accepts as many buckets as the tracker requests': async ({ store, anEvent }) => {
    const boundaries = Array.from({ length: 10_000 }, (_, index) => NOON + BigInt(index) * 60_000_000_000n);
    const events = boundaries
      .filter((_, index) => index % 3 === 0)
      .map((start) => anEvent({ timestamp: formatTimestamp(start) }));
    await appendBatch(store, events);
    const expected = events.map((_, index) => cellOf({ bucket: index * 3, values: [1] }));
    expectCells(await aggregate(store, { boundaries }), expected);
  },

  'groups by the exact type': async ({ store, anEvent }) => {
    const types = [
      'login',
      'Login',
      'login ',
      ' login',
      'log%',
      'log_n',
      'é',
      'e\u0301',
      '1',
      '1.0',
      'null',
      '\u{1f600}',
    ];
    for (const [index, event_type] of types.entries()) {
      await appendBatch(
        store,
        Array.from({ length: index + 1 }, () => anEvent({ event_type })),
      );
    }
    const expected = types.map((group, index) => cellOf({ group, values: [index + 1] }));
    expectCells(await aggregate(store, { groupBy: 'event_type' }), expected);
    const named = await aggregate(store, { groupBy: 'event_type', filter: { event_type: ['login', 'é'] } });
    expectCells(named, [cellOf({ group: 'login', values: [1] }), cellOf({ group: 'é', values: [7] })]);
  },

  'groups scalars by JSON type and value': async ({ store, anEvent }) => {
    const scalars: readonly JsonScalar[] = [
      1,
      '1',
      1.5,
      '1.0',
      0,
      '0',
      '',
      true,
      'true',
      false,
      'false',
      'null',
      'a',
      'A',
      'é',
      'e\u0301',
      -1,
      0.1,
    ];
    const events = scalars.flatMap((g, index) =>
      Array.from({ length: (index % 3) + 1 }, () => anEvent({ payload: { g } })),
    );
    await appendBatch(store, events);
    const expected = scalars.map((group, index) => cellOf({ group, values: [(index % 3) + 1] }));
    expectCells(await aggregate(store, GROUPS), expected);
  },

  'puts an event without a scalar, or with null, into the group null': async ({ store, anEvent }) => {
    const payloads: readonly JsonObject[] = [
      {},
      { g: null },
      { g: {} },
      { g: [] },
      { g: [[], [{}]] },
      { g: { g: 1 } },
      { h: 1 },
    ];
    await appendBatch(
      store,
      payloads.map((payload) => anEvent({ payload })),
    );
    expectCells(await aggregate(store, GROUPS), [cellOf({ values: [payloads.length] })]);
  },

  'counts an event with an array once in the group of each distinct element': async ({ store, anEvent }) => {
    const payloads: readonly JsonObject[] = [
      { g: ['a', 'b', 'a', ['c', ['a']]], v: 1 },
      { g: ['b', {}, []], v: 2 },
      { g: [null, 'b', 1, '1'], v: [4, 4] },
    ];
    await appendBatch(
      store,
      payloads.map((payload) => anEvent({ payload })),
    );
    const metrics: readonly Metric[] = [...COUNT, { kind: 'sum', path: ['v'] }];
    expectCells(await aggregate(store, { ...GROUPS, metrics }), [
      cellOf({ group: 'a', values: [1, 1] }),
      cellOf({ group: 'b', values: [3, 11] }),
      cellOf({ group: 'c', values: [1, 1] }),
      cellOf({ group: null, values: [1, 8] }),
      cellOf({ group: 1, values: [1, 8] }),
      cellOf({ group: '1', values: [1, 8] }),
    ]);
  },

  'keeps the top groups by the first metric, and computes the rest from its events': async ({ store, anEvent }) => {
    const payloads = [
      ...Array.from({ length: 4 }, (_, index) => ({ g: 'a', v: 1, user: index })),
      ...Array.from({ length: 3 }, () => ({ g: 'b', v: 10, user: 1 })),
      ...Array.from({ length: 2 }, () => ({ g: 'c', v: 2, user: 1 })),
      { g: 'd', v: 3, user: 2 },
      { v: 4, user: 2 },
    ];
    await appendBatch(
      store,
      payloads.map((payload) => anEvent({ payload })),
    );
    const [count, sum, unique]: readonly Metric[] = [
      { kind: 'count' },
      { kind: 'sum', path: ['v'] },
      { kind: 'unique', path: ['user'] },
    ];
    const rest = { isRest: true };
    const topOf = (top: number, ...metrics: readonly (Metric | undefined)[]) =>
      aggregate(store, { groupBy: ['g'], top, metrics: metrics.filter((metric) => metric !== undefined) });
    expectCells(
      await topOf(2, count, sum, unique),
      [
        cellOf({ group: 'a', values: [4, 4, 4] }),
        cellOf({ group: 'b', values: [3, 30, 1] }),
        cellOf({ ...rest, values: [4, 11, 2] }),
      ],
      'by count',
    );
    expectCells(
      await topOf(1, sum, count),
      [cellOf({ group: 'b', values: [30, 3] }), cellOf({ ...rest, values: [15, 8] })],
      'by sum',
    );
    expectCells(
      await topOf(1, unique),
      [cellOf({ group: 'a', values: [4] }), cellOf({ ...rest, values: [2] })],
      'by unique',
    );
    const groups: readonly (readonly [JsonScalar, number])[] = [
      ['a', 4],
      ['b', 3],
      ['c', 2],
      ['d', 1],
      [null, 1],
    ];
    const all = groups.map(([group, value]) => cellOf({ group, values: [value] }));
    expectCells(await topOf(5, count), all, 'all groups');
    expectCells(await topOf(100, count), all, 'more than all groups');
  },

  'counts an event with several groups outside the top once in the rest': async ({ store, anEvent }) => {
    const groups: readonly JsonValue[] = [['a', 'b', 'c'], 'a', ['b', 'c'], 'd', ['a', 'a'], ['d', 'd', null]];
    await appendBatch(
      store,
      groups.map((g) => anEvent({ payload: { g, v: 1 } })),
    );
    const metrics: readonly Metric[] = [...COUNT, { kind: 'sum', path: ['v'] }];
    const cells = await aggregate(store, { groupBy: ['g'], metrics, top: 1 });
    expectCells(cells, [cellOf({ group: 'a', values: [3, 3] }), cellOf({ isRest: true, values: [4, 4] })]);
  },

  'orders groups with equal values: false, true, numbers, strings by code point, null': async ({
    store,
    anEvent,
    random,
  }) => {
    const inOrder: readonly JsonScalar[] = [
      false,
      true,
      -2,
      0.5,
      9,
      10,
      '',
      '10',
      '9',
      'B',
      'a',
      'é',
      '\uffff',
      '\u{1f600}',
      null,
    ];
    await appendBatch(
      store,
      random.shuffle(inOrder).map((g) => anEvent({ payload: { g } })),
    );
    for (let top = 1; top < inOrder.length; top++) {
      const kept = inOrder.slice(0, top).map((group) => cellOf({ group, values: [1] }));
      const rest = cellOf({ isRest: true, values: [inOrder.length - top] });
      expectCells(await aggregate(store, { ...GROUPS, top }), [...kept, rest], `top ${top}`);
    }
  },

  'ranks groups without a value last': async ({ store, anEvent }) => {
    const payloads = [{ g: 'none' }, { g: 'none' }, { g: 'low', v: -5 }, { g: 'high', v: 5 }];
    await appendBatch(
      store,
      payloads.map((payload) => anEvent({ payload })),
    );
    for (const kind of ['avg', 'min', 'max'] as const) {
      const cells = await aggregate(store, { groupBy: ['g'], metrics: [{ kind, path: ['v'] }], top: 2 });
      const [high, low] = [cellOf({ group: 'high', values: [5] }), cellOf({ group: 'low', values: [-5] })];
      expectCells(cells, [high, low, cellOf({ isRest: true, values: [null] })], kind);
    }
  },

  'ranks groups by their events in all buckets': async ({ store, anEvent }) => {
    const eventsOf = (g: string, nanoseconds: bigint, count: number) =>
      Array.from({ length: count }, () => anEvent({ timestamp: formatTimestamp(NOON + nanoseconds), payload: { g } }));
    await appendBatch(store, [
      ...eventsOf('before', -1n, 9),
      ...eventsOf('steady', 0n, 2),
      ...eventsOf('steady', 10n, 2),
      ...eventsOf('late', 10n, 3),
      ...eventsOf('beyond', 20n, 9),
    ]);
    const cells = await aggregate(store, {
      ...GROUPS,
      filter: { end: NOON + 19n },
      boundaries: [NOON, NOON + 10n],
      top: 1,
    });
    expectCells(cells, [
      cellOf({ bucket: 0, group: 'steady', values: [2] }),
      cellOf({ bucket: 1, group: 'steady', values: [2] }),
      cellOf({ bucket: 1, isRest: true, values: [3] }),
    ]);
  },

  'returns thousands of groups': async ({ store, anEvent }) => {
    const groups = Array.from({ length: 9_000 }, (_, index) => `group-${index}`);
    await appendBatch(
      store,
      groups.map((g) => anEvent({ payload: { g } })),
    );
    const all = groups.map((group) => cellOf({ group, values: [1] }));
    expectCells(await aggregate(store, GROUPS), all);
    const [first, ...others] = groups.toSorted();
    const kept = cellOf({ group: first ?? null, values: [1] });
    expectCells(await aggregate(store, { ...GROUPS, top: 1 }), [
      kept,
      cellOf({ isRest: true, values: [others.length] }),
    ]);
  },

  'counts all events of a batch or none, and all events stored before the call': async ({ store, anEvent }) => {
    const batches = Array.from({ length: BATCHES }, (_, index) => aBatch(anEvent, `batch-${index}`));
    const stored = new Set<JsonScalar>();
    const writing = Promise.all(
      [0, 1].map(async (writer) => {
        for (const { batch, name } of batches.filter((_, index) => index % 2 === writer)) {
          await appendBatch(store, batch);
          stored.add(name);
        }
      }),
    );
    await whileRunning(writing, async () => {
      const before = [...stored];
      const metrics: readonly Metric[] = [...COUNT, { kind: 'sum', path: ['one'] }];
      const cells = await aggregate(store, { metrics, groupBy: ['batch'] });
      const found = new Map(cells.map((cell) => [cell.group, cell.values[0]]));
      for (const name of before)
        expect(found.get(name), `events of ${name}, which was stored before`).toBe(BATCH_EVENTS);
      if (store.guarantees.batches !== 'exact') return;
      for (const { group, values } of cells) expect(values, `events of ${group}`).toEqual([BATCH_EVENTS, BATCH_EVENTS]);
    });
    expect(stored.size).toBe(batches.length);
  },

  'is not affected when the request is mutated during the call': async ({ store, anEvent }) => {
    await appendBatch(store, [anEvent({ payload: { g: 'a', v: 1 } }), anEvent({ payload: { g: 'b', v: 2 } })]);
    const [event_type, path, groupBy] = [['login'], ['v'], ['g']];
    const metrics = [{ kind: 'sum' as const, path }];
    const boundaries = [epochNanosecondsOf(EARLIEST)];
    const request = { filter: { event_type }, metrics, groupBy, boundaries, top: 5 };
    const call = store.aggregate(request);
    for (const array of [event_type, path, groupBy]) array[0] = 'mutated';
    metrics.push({ kind: 'sum', path: ['w'] });
    boundaries[0] = epochNanosecondsOf(LATEST);
    request.top = 1;
    const expected: readonly AggregateCell[] = [
      cellOf({ group: 'a', values: [1] }),
      cellOf({ group: 'b', values: [2] }),
    ];
    expectCells(await call, expected);
  },
} satisfies Behaviours;

const USERS = byEffort({ quick: 12_000, full: 25_000, long: 25_000 });
const BATCHES = byEffort({ quick: 8, full: 20, long: 20 });
const BATCH_EVENTS = 500;

/** Creates a batch of events that have its name in their payload. */
function aBatch(anEvent: EventBuilder, name: string) {
  const batch = Array.from({ length: BATCH_EVENTS }, () => anEvent({ payload: { batch: name, one: 1 } }));
  return { name, batch };
}
