import { expect, test } from 'vitest';
import { resultOf } from './result.ts';
import { tableOf } from './table.ts';

test('has a line for each result, with medians and the range of the figure that has the target', () => {
  const results = [
    resultOf({
      what: 'work',
      ours: [1_000, 3_000.4, 2_000],
      limit: { what: 'less work', figures: [2_000, 4_000, 2_500] },
      unit: 'events/s',
      target: { atLeast: 0.6 },
    }),
    resultOf({ what: 'size', ours: [11.25], unit: 'MB', target: { atMost: 10 } }),
  ];
  expect(tableOf(results)).toBe(
    [
      '| what | ours | limit | ratio | target | met |',
      '| --- | --- | --- | --- | --- | --- |',
      '| work | 2,000 events/s | less work: 2,500 events/s | 0.75 (0.50-0.80) | ≥ 0.6 | yes |',
      '| size | 11.3 MB | - | - | ≤ 10 MB | no |',
      '',
    ].join('\n'),
  );
});
