import { expect, test } from 'vitest';
import { toSeries } from './series.ts';

test('rows become one series for each group, with gaps', () => {
  const [first, second] = ['2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z'];
  expect(
    toSeries([
      { bucket: second, group: 'a', value: 2 },
      { bucket: second, group: null, value: 7 },
      { bucket: first, group: 'a', value: null },
      { bucket: first, group: null, value: 9, other: true },
    ]),
  ).toEqual({
    instants: [Date.parse(first), Date.parse(second)],
    series: [
      { label: 'a', values: [null, 2] },
      { label: 'none', values: [null, 7] },
      { label: 'all others', values: [9, null] },
    ],
  });
});

test('a row without a bucket is in no series', () => {
  expect(toSeries([{ bucket: null, group: null, value: 1 }])).toEqual({ instants: [], series: [] });
});
