import { describe, expect, test } from 'vitest';
import { cpuMs, leastCpuMs } from '../../test/cpu-time.ts';
import { isQuickRun, withRandom } from '../../test/random.ts';
import { isTooManyCellsError } from '../errors.ts';
import type { Event, JsonObject } from '../event/event.ts';
import { epochNanosecondsOf, formatTimestamp } from '../event/timestamp.ts';
import { aggregateEvents } from './aggregate-events.ts';
import type { AggregateCell, AggregateRequest, AggregateValue, Metric } from './aggregate-request.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

function eventOf(payload: JsonObject, { nanoseconds = 0n, event_type = 'login' } = {}): Event {
  const timestamp = formatTimestamp(NOON + nanoseconds);
  return { id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f', event_type, timestamp, payload };
}

/** Returns the cells of events, in a defined order. */
async function cellsOf(events: readonly Event[], request: Partial<AggregateRequest>): Promise<AggregateCell[]> {
  const cells = await aggregateEvents(
    (visit) => {
      for (const event of events) visit(event, epochNanosecondsOf(event.timestamp));
    },
    { filter: {}, metrics: [{ kind: 'count' }], ...request },
  );
  const keyOf = ({ bucket, isRest, group }: AggregateCell): string => JSON.stringify([bucket, isRest, group]);
  return [...cells].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Returns the values of metrics over all events. */
async function valuesOf(
  payloads: readonly JsonObject[],
  metrics: readonly Metric[],
): Promise<readonly AggregateValue[] | undefined> {
  const [cell] = await cellsOf(
    payloads.map((payload) => eventOf(payload)),
    { metrics },
  );
  return cell?.values;
}

/** Returns the counts by group, the rest as `rest`. */
async function countsOf(
  payloads: readonly JsonObject[],
  request: Partial<AggregateRequest> = {},
): Promise<Record<string, AggregateValue | undefined>> {
  const cells = await cellsOf(
    payloads.map((payload) => eventOf(payload)),
    { groupBy: ['g'], ...request },
  );
  return Object.fromEntries(
    cells.map(({ group, isRest, values }) => [isRest ? 'rest' : JSON.stringify(group), values[0]]),
  );
}

const PATH = ['v'];
const NUMERIC: readonly Metric[] = [
  { kind: 'sum', path: PATH },
  { kind: 'avg', path: PATH },
  { kind: 'min', path: PATH },
  { kind: 'max', path: PATH },
];

describe('metrics', () => {
  test('are computed together, in the requested order', async () => {
    const events = [eventOf({ v: 1 }, { nanoseconds: 5n }), eventOf({ v: 3 }, { nanoseconds: -5n }), eventOf({ v: 3 })];
    const metrics: readonly Metric[] = [
      { kind: 'last' },
      { kind: 'max', path: PATH },
      { kind: 'count' },
      { kind: 'first' },
      { kind: 'unique', path: PATH },
      { kind: 'max', path: PATH },
    ];
    expect(await cellsOf(events, { metrics })).toEqual([
      { bucket: 0, group: null, isRest: false, values: [NOON + 5n, 3, 3, NOON - 5n, 2, 3] },
    ]);
  });

  test('have no cell if there is no event', async () => {
    expect(await cellsOf([], { metrics: NUMERIC })).toEqual([]);
  });

  test.each<[string, JsonObject[], AggregateValue[]]>([
    ['numbers', [{ v: 2 }, { v: -4 }, { v: 0.5 }], [-1.5, -0.5, -4, 2]],
    ['one number', [{ v: -7 }], [-7, -7, -7, -7]],
    ['zeros', [{ v: 0 }], [0, 0, 0, 0]],
    ['every element of an array, nested ones too', [{ v: [1, [2, [3]], []] }, { v: 6 }], [12, 3, 1, 6]],
    [
      'values that are not numbers, which are ignored',
      [{ v: '5' }, { v: true }, { v: null }, { v: { v: 9 } }, { v: 3 }],
      [3, 3, 3, 3],
    ],
    ['no numbers at all', [{ v: '5' }, {}, { v: [] }], [0, null, null, null]],
  ])('sum, avg, min and max are over %s', async (_, payloads, values) => {
    expect(await valuesOf(payloads, NUMERIC)).toEqual(values);
  });

  test.each<[string, JsonObject[], AggregateValue[]]>([
    ['three numbers', [{ v: 10 }, { v: 1 }, { v: 2 }], [2, 10]],
    ['two numbers', [{ v: 2 }, { v: 1 }], [1, 2]],
    ['elements of arrays', [{ v: [1, [1, [3]], []] }, { v: 6 }], [1, 6]],
    ['values that are not numbers, which are ignored', [{ v: '5' }, { v: true }, { v: null }, { v: 3 }], [3, 3]],
    ['no numbers at all', [{ v: '5' }, {}, { v: [] }], [null, null]],
    ['100 numbers', Array.from({ length: 100 }, (_, index) => ({ v: 100 - index })), [50, 99]],
    ['20,000 numbers', Array.from({ length: 20_000 }, (_, index) => ({ v: -index })), [-10_000, -200]],
  ])('percentiles are at the nearest rank among %s', async (_, payloads, values) => {
    const metrics: readonly Metric[] = [
      { kind: 'p50', path: PATH },
      { kind: 'p99', path: PATH },
    ];
    expect(await valuesOf(payloads, metrics)).toEqual(values);
  });

  test('follow arrays and objects on the path', async () => {
    const payload = {
      lines: [{ item: { price: 1 } }, { item: [{ price: [2, 3] }] }, { price: 100 }, [{ item: { price: 4 } }]],
    };
    expect(await valuesOf([payload], [{ kind: 'sum', path: ['lines', 'item', 'price'] }])).toEqual([10]);
  });

  test.each<[string, JsonObject[], number]>([
    ['each value once', [{ v: 'a' }, { v: 'b' }, { v: 'a' }], 2],
    ['values of different types as different', [{ v: 42 }, { v: '42' }, { v: true }, { v: 'true' }, { v: 42 }], 4],
    ['false and zero and the empty text', [{ v: false }, { v: 0 }, { v: '' }, { v: 0 }], 3],
    ['elements of arrays', [{ v: ['a', ['b', 'c']] }, { v: 'c' }], 3],
    ['no null, no object, nothing missing', [{ v: null }, { v: {} }, {}, { v: [null, {}, []] }], 0],
    ['10,000 values', Array.from({ length: 20_000 }, (_, index) => ({ v: index % 10_000 })), 10_000],
  ])('unique counts %s', async (_, payloads, count) => {
    expect(await valuesOf(payloads, [{ kind: 'unique', path: PATH }])).toEqual([count]);
  });

  test('first and last are the earliest and the latest, in any order of events', async () => {
    const events = [0n, 3n, -2n, 1n].map((nanoseconds) => eventOf({}, { nanoseconds }));
    const [cell] = await cellsOf(events, { metrics: [{ kind: 'first' }, { kind: 'last' }] });
    expect(cell?.values).toEqual([NOON - 2n, NOON + 3n]);
  });
});

describe('buckets', () => {
  const boundaries = [NOON, NOON + 10n, NOON + 20n, NOON + 30n];

  test.each([
    ['ascending', (events: Event[]) => events],
    ['descending', (events: Event[]) => events.reverse()],
    ['any', (events: Event[]) => [...events.filter((_, i) => i % 2), ...events.filter((_, i) => i % 2 === 0)]],
  ])('contain the events from their boundary to before the next, in %s order', async (_, arrange) => {
    const events = [-1n, 0n, 1n, 9n, 10n, 29n, 30n, 1_000n].map((nanoseconds) => eventOf({}, { nanoseconds }));
    const cells = await cellsOf(arrange(events), { boundaries });
    expect(cells.map(({ bucket, values }) => [bucket, ...values])).toEqual([
      [0, 3],
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
  });

  test('are omitted if they are empty, and events before the first bucket are ignored', async () => {
    const events = [-5n, 15n].map((nanoseconds) => eventOf({}, { nanoseconds }));
    expect(await cellsOf(events, { boundaries })).toEqual([{ bucket: 1, group: null, isRest: false, values: [1] }]);
  });

  test('have separate groups', async () => {
    const events = [
      eventOf({ g: 'a' }),
      eventOf({ g: 'b' }, { nanoseconds: 10n }),
      eventOf({ g: 'a' }, { nanoseconds: 11n }),
    ];
    const cells = await cellsOf(events, { boundaries, groupBy: ['g'] });
    expect(cells.map(({ bucket, group, values }) => [bucket, group, ...values])).toEqual([
      [0, 'a', 1],
      [1, 'a', 1],
      [1, 'b', 1],
    ]);
  });
});

describe('groups', () => {
  test('are the types of events', async () => {
    const events = ['a', 'b', 'a'].map((event_type) => eventOf({ g: 1 }, { event_type }));
    const cells = await cellsOf(events, { groupBy: 'event_type' });
    expect(cells.map(({ group, values }) => [group, ...values])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('are distinguished by JSON type and value', async () => {
    const payloads = [1, '1', true, 'true', false, 'a', 'A', 1].map((g) => ({ g }));
    expect(await countsOf(payloads)).toEqual({ '1': 2, '"1"': 1, true: 1, '"true"': 1, false: 1, '"a"': 1, '"A"': 1 });
  });

  test('are null if there is no scalar', async () => {
    expect(await countsOf([{}, { g: null }, { g: {} }, { g: [] }, { g: [[], {}] }, { g: { g: 1 } }, { h: 1 }])).toEqual(
      {
        null: 7,
      },
    );
  });

  test('include an event once for each different element of an array', async () => {
    expect(await countsOf([{ g: ['a', 'b', 'a', ['c', 'a']] }, { g: ['b', {}] }, { g: [null, 'b'] }])).toEqual({
      '"a"': 1,
      '"b"': 3,
      '"c"': 1,
      null: 1,
    });
  });

  test('include an event with a hundred thousand groups', async () => {
    const g = Array.from({ length: 100_000 }, (_, index) => index);
    expect(Object.keys(await countsOf([{ g }, { g }]))).toHaveLength(100_000);
  });
});

describe('top', () => {
  const payloads = [...'aaaabbbccd'].map((g) => ({ g }));

  test('keeps the groups with the greatest values and combines all others', async () => {
    expect(await countsOf(payloads, { top: 2 })).toEqual({ '"a"': 4, '"b"': 3, rest: 3 });
  });

  test('keeps all groups if there are no more', async () => {
    const all = { '"a"': 4, '"b"': 3, '"c"': 2, '"d"': 1 };
    expect(await countsOf(payloads, { top: 4 })).toEqual(all);
    expect(await countsOf(payloads, { top: 100 })).toEqual(all);
    expect(await countsOf(payloads)).toEqual(all);
  });

  test('has no effect without groups', async () => {
    expect(await countsOf(payloads, { groupBy: undefined, top: 1 })).toEqual({ null: 10 });
  });

  test('keeps the first of equal groups', async () => {
    const equal = [{ g: 'b' }, { g: 'a' }, {}, { g: 10 }, { g: 9 }, { g: true }, { g: false }];
    expect(await countsOf(equal, { top: 1 })).toEqual({ false: 1, rest: 6 });
    expect(await countsOf(equal, { top: 5 })).toEqual({ false: 1, true: 1, '9': 1, '10': 1, '"a"': 1, rest: 2 });
  });

  test('ranks by the first metric, null last', async () => {
    const valued = [{ g: 'low', v: -5 }, { g: 'none' }, { g: 'high', v: 5 }, { g: 'none' }, { g: 'none' }];
    const metrics: readonly Metric[] = [{ kind: 'max', path: PATH }, { kind: 'count' }];
    expect(await countsOf(valued, { metrics, top: 2 })).toEqual({ '"high"': 5, '"low"': -5, rest: null });
    expect(await countsOf(valued, { metrics: metrics.toReversed(), top: 1 })).toEqual({ '"none"': 3, rest: 2 });
    expect(await countsOf(valued, { metrics: [{ kind: 'last' }], top: 1 })).toEqual({ '"high"': NOON, rest: NOON });
  });

  test('counts an event of several other groups once, also if it is in a kept group too', async () => {
    const several = [{ g: ['a', 'b', 'c'] }, { g: 'a' }, { g: ['b', 'c'] }, { g: 'd' }];
    expect(await countsOf(several, { top: 1 })).toEqual({ '"a"': 2, rest: 3 });
  });

  test('computes the rest from its events instead of adding up groups', async () => {
    const users = [
      { g: 'a', v: 1 },
      { g: 'a', v: 2 },
      { g: 'b', v: 1 },
      { g: 'c', v: 1 },
    ];
    expect(await countsOf(users, { metrics: [{ kind: 'unique', path: PATH }], top: 1 })).toEqual({ '"a"': 2, rest: 1 });
    expect(await countsOf(users, { metrics: [{ kind: 'avg', path: PATH }], top: 1 })).toEqual({ '"a"': 1.5, rest: 1 });
  });

  test.each<Metric['kind']>(['count', 'unique', 'sum', 'avg', 'min', 'max', 'p50', 'p99', 'first', 'last'])(
    'computes %s of the rest in one scan as it does in two',
    (kind) =>
      withRandom(async (random) => {
        const events = Array.from({ length: 2_000 }, (_, nanoseconds) => {
          const payload = { g: random.below(20), v: random.pick([null, 'a', random.below(200) - 99]) };
          return eventOf(payload, { nanoseconds: BigInt(nanoseconds) });
        });
        const metric = { kind, path: PATH } as Metric; // the path of some kinds is ignored
        const request = { metrics: [metric], groupBy: ['g'], top: 3 };
        // Several metrics need a second scan.
        const inTwo = await cellsOf(events, { ...request, metrics: [metric, { kind: 'count' }] });
        expect(await cellsOf(events, request)).toEqual(
          inTwo.map((cell) => ({ ...cell, values: cell.values.slice(0, 1) })),
        );
      }),
  );

  test('ranks over all buckets, and ignores events before the first', async () => {
    const events = [
      ...Array.from({ length: 9 }, () => eventOf({ g: 'before' }, { nanoseconds: -1n })),
      eventOf({ g: 'even' }),
      eventOf({ g: 'even' }, { nanoseconds: 10n }),
      eventOf({ g: 'late' }, { nanoseconds: 10n }),
    ];
    const cells = await cellsOf(events, { boundaries: [NOON, NOON + 10n], groupBy: ['g'], top: 1 });
    expect(cells).toEqual([
      { bucket: 0, group: 'even', isRest: false, values: [1] },
      { bucket: 1, group: 'even', isRest: false, values: [1] },
      { bucket: 1, group: null, isRest: true, values: [1] },
    ]);
  });

  test('finds the greatest of 100,000 groups', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({ g: index, v: (index * 7_919) % 100_003 }));
    const counts = await countsOf(many, { metrics: [{ kind: 'sum', path: PATH }], top: 3 });
    const [first, second, third] = many.toSorted((a, b) => b.v - a.v);
    expect(Object.keys(counts).sort()).toEqual([`${first?.g}`, `${second?.g}`, `${third?.g}`, 'rest'].sort());
  });
});

describe.skipIf(isQuickRun())('different values of 10,000 groups', () => {
  const payloads = Array.from({ length: 200_000 }, (_, n) => ({ g: `page ${n % 10_000}`, v: n % 140_001 }));
  const request: AggregateRequest = { filter: {}, metrics: [{ kind: 'unique', path: PATH }], groupBy: ['g'], top: 1 };

  test('cost a few times as much as a loop with a Set for each group', async () => {
    const events = payloads.map((payload) => eventOf(payload));
    let ours = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const begin = cpuMs();
      await aggregateEvents((visit) => {
        for (const event of events) visit(event, NOON);
      }, request);
      ours = Math.min(ours, cpuMs() - begin);
    }
    expect(ours / leastCpuMs(countWithSets), 'times the CPU time of the loop').toBeLessThan(12);
  });

  /** The least work for the values of each group, and of all groups together. */
  function countWithSets(): void {
    const groups = new Map<string, Set<number>>();
    for (const { g, v } of payloads) groups.set(g, (groups.get(g) ?? new Set()).add(v));
    const all = new Set([...groups.values()].flatMap((values) => [...values]));
    expect(all.size).toBe(140_001);
  }
});

describe('scans', () => {
  const events = ['a', 'b', 'b', 'c'].map((g, index) =>
    eventOf({ g, gs: [g, 'z'], v: index }, { nanoseconds: BigInt(index) }),
  );
  const grouped: AggregateRequest = { filter: {}, metrics: [{ kind: 'count' }], groupBy: ['g'], top: 3 };

  test.each<[string, Partial<AggregateRequest>, number]>([
    ['no more groups than top', {}, 1],
    ['more groups than top', { top: 2 }, 1],
    ['more groups than top, and an event in several groups', { top: 2, groupBy: ['gs'] }, 2],
    ['more groups than top, and several metrics', { top: 2, metrics: NUMERIC }, 2],
    ['no more groups than top, in buckets', { boundaries: [NOON, NOON + 1n], metrics: NUMERIC }, 1],
    ['more groups than top, in buckets', { top: 1, boundaries: [NOON, NOON + 1n] }, 2],
    [
      'no more groups than top, and several metrics that keep scalars',
      { metrics: [{ kind: 'count' }, { kind: 'unique', path: PATH }] },
      2,
    ],
    ['no groups', { groupBy: undefined }, 1],
  ])('for %s', async (_, request, expected) => {
    let scans = 0;
    await aggregateEvents(
      (visit) => {
        scans++;
        for (const event of events) visit(event, epochNanosecondsOf(event.timestamp));
      },
      { ...grouped, ...request },
    );
    expect(scans).toBe(expected);
  });
});

describe('too many groups or scalars for a process', () => {
  /** Ten events, each with a number of different scalars at `v`. */
  const eventsWith = (scalars: number, scalarAt: (index: number) => string | number): readonly Event[] =>
    Array.from({ length: 10 }, (_, n) =>
      eventOf({ v: Array.from({ length: scalars }, (_, index) => scalarAt(n * scalars + index)) }),
    );
  const unique: Partial<AggregateRequest> = { metrics: [{ kind: 'unique', path: PATH }] };
  const grouped: Partial<AggregateRequest> = { groupBy: PATH, top: 10 };
  const percentile: Partial<AggregateRequest> = { metrics: [{ kind: 'p50', path: PATH }] };

  const numbers = (count: number) => () => eventsWith(count, (index) => index);
  const texts = () => eventsWith(1_000, (index) => `${index} ${'x'.repeat(10_100)}`);
  type Rejected = [string, Partial<AggregateRequest>, () => readonly Event[]];
  const REJECTED: readonly Rejected[] = [
    ['different values', unique, numbers(100_001)],
    ['characters in groups', grouped, texts],
  ];
  const LONG: readonly Rejected[] = [
    ['groups', grouped, numbers(100_001)],
    ['numbers of a percentile', percentile, numbers(800_001)],
    ['characters in different values', unique, texts],
  ];

  test.each(isQuickRun() ? REJECTED : [...REJECTED, ...LONG])('are rejected: %s', async (_, request, events) => {
    await expect(cellsOf(events(), request)).rejects.toSatisfy(isTooManyCellsError);
  });

  test('do not include a scalar that is stored once', async () => {
    const events = eventsWith(100_001, (index) => index % 100_001);
    expect(await cellsOf(events, unique)).toMatchObject([{ values: [100_001] }]);
  });
});
