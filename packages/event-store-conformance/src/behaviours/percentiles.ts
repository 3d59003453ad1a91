import type { JsonObject, JsonValue } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf, formatTimestamp, type Metric } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { aggregate, cellOf, expectCells } from '../cells.ts';
import type { Behaviours } from '../harness.ts';
import { byEffort } from '../test-effort.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

/** More than a batch, and more than ten thousand. */
const NUMBERS = byEffort({ quick: 12_000, full: 30_000, long: 30_000 });

const KINDS = ['p50', 'p90', 'p95', 'p99'] as const;

/** All percentiles of the numbers at a path. */
function percentilesAt(...path: readonly string[]): readonly Metric[] {
  return KINDS.map((kind) => ({ kind, path }));
}

export const percentiles = {
  'returns the number at the nearest rank': async ({ store, anEvent, random }) => {
    const countTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    for (const [numbers, values] of [
      [[7], [7, 7, 7, 7]],
      [
        [2, 1],
        [1, 2, 2, 2],
      ],
      [
        [1, 2, 10],
        [2, 10, 10, 10],
      ],
      [countTo(10), [5, 9, 10, 10]],
      [countTo(13), [7, 12, 13, 13]],
      [countTo(20), [10, 18, 19, 20]],
      [countTo(21), [11, 19, 20, 21]],
      [countTo(100), [50, 90, 95, 99]],
      [countTo(101), [51, 91, 96, 100]],
      [countTo(1_000), [500, 900, 950, 990]],
      [
        [5, 5, 5, 5, 1],
        [5, 5, 5, 5],
      ],
    ] as const) {
      const event_type = `${numbers.length} numbers from ${numbers[0]}`;
      await appendBatch(
        store,
        random.shuffle(numbers).map((v) => anEvent({ event_type, payload: { v } })),
      );
      const cells = await aggregate(store, { filter: { event_type: [event_type] }, metrics: percentilesAt('v') });
      expectCells(cells, [cellOf({ values: [...values] })], event_type);
    }
  },

  'returns a number to the last bit, of any size and sign': async ({ store, anEvent }) => {
    const numbers = [-Number.MAX_VALUE, -(2 ** 60), -0.1, -5e-324, 0, 5e-324, 0.30000000000000004, 2 ** 64, 1e300];
    for (const [index, number] of numbers.entries()) {
      const event_type = `type ${index}`;
      // Ranks the number in the middle: as many numbers are less as are greater.
      const around = [...numbers.slice(0, index), ...numbers.slice(0, index).map(() => Number.MAX_VALUE), number];
      await appendBatch(
        store,
        around.map((v) => anEvent({ event_type, payload: { v } })),
      );
      const metrics: readonly Metric[] = [{ kind: 'p50', path: ['v'] }];
      const [cell] = await aggregate(store, { metrics, filter: { event_type: [event_type] } });
      expect(cell?.values, String(number)).toEqual([number]);
    }
  },

  'ranks the numbers at a path, all elements of arrays, and nothing else': async ({ store, anEvent }) => {
    const values: readonly JsonValue[] = [[3, [1, ['9', 1]]], 2, '100', true, null, {}, { v: 50 }, [], 'x'];
    const payloads: readonly JsonObject[] = [...values.map((v) => ({ v })), {}, { w: 60 }];
    await appendBatch(
      store,
      payloads.map((payload) => anEvent({ payload })),
    );
    expectCells(await aggregate(store, { metrics: percentilesAt('v') }), [cellOf({ values: [1, 3, 3, 3] })]);
    const none = cellOf({ values: [null, null, null, null] });
    expectCells(await aggregate(store, { metrics: percentilesAt('nothing') }), [none], 'without numbers');
    expectCells(await aggregate(store, { metrics: percentilesAt('v', 'v') }), [cellOf({ values: [50, 50, 50, 50] })]);
  },

  'computes each bucket, each group and the rest, and ranks groups': async ({ store, anEvent }) => {
    const groups: Readonly<Record<string, readonly number[]>> = {
      low: [1, 2, 3, 4, 100],
      middle: [10, 10, 11],
      high: [20, 1],
      higher: [30, 40],
      none: [],
    };
    const events = Object.entries(groups).flatMap(([g, numbers], second) => {
      const timestamp = formatTimestamp(NOON + BigInt(second));
      const all = numbers.map((v) => anEvent({ event_type: g, timestamp, payload: { g, v } }));
      return all.length === 0 ? [anEvent({ event_type: g, timestamp, payload: { g } })] : all;
    });
    await appendBatch(store, events);
    const metrics: readonly Metric[] = [{ kind: 'p50', path: ['v'] }, { kind: 'count' }, { kind: 'p90', path: ['v'] }];
    for (const groupBy of [['g'], 'event_type'] as const) {
      const top = await aggregate(store, { metrics, groupBy, top: 2 });
      expectCells(
        top,
        [
          cellOf({ group: 'higher', values: [30, 2, 40] }),
          cellOf({ group: 'middle', values: [10, 3, 11] }),
          cellOf({ isRest: true, values: [3, 8, 100] }),
        ],
        `the top groups by ${groupBy}`,
      );
      const last = await aggregate(store, { metrics, groupBy, top: 4 });
      expect(last.find(({ isRest }) => isRest)?.values, `no number by ${groupBy}`).toEqual([null, 1, null]);
    }
    const boundaries = [NOON, NOON + 2n];
    expectCells(await aggregate(store, { metrics, boundaries }), [
      cellOf({ bucket: 0, values: [4, 8, 100] }),
      cellOf({ bucket: 1, values: [20, 5, 40] }),
    ]);
  },

  'ranks more than ten thousand numbers': async ({ store, anEvent, random }) => {
    const numbers = random.shuffle(Array.from({ length: NUMBERS }, (_, index) => index / 4 - 2_000));
    for (let start = 0; start < numbers.length; start += 10_000) {
      await appendBatch(
        store,
        numbers.slice(start, start + 10_000).map((v) => anEvent({ payload: { v } })),
      );
    }
    const values = [50, 90, 95, 99].map((percent) => ((NUMBERS / 100) * percent - 1) / 4 - 2_000);
    expectCells(await aggregate(store, { metrics: percentilesAt('v') }), [cellOf({ values })]);
  },
} satisfies Behaviours;
