import { expect, test } from 'vitest';
import { resultOf } from './result.ts';
import { tableOf } from './table.ts';

test('has a line for each result, with medians and the range of the ratios', () => {
  const results = [
    resultOf({
      what: 'work',
      ours: [1_000, 3_000.4, 2_000],
      other: { what: 'less work', figures: [2_000, 4_000, 2_500] },
      unit: 'events/s',
    }),
    resultOf({ what: 'size', ours: [11.25], unit: 'MB' }),
  ];
  expect(tableOf(results)).toBe(
    [
      '| what | ours | compared with | ratio |',
      '| --- | --- | --- | --- |',
      '| work | 2,000 events/s | less work: 2,500 events/s | 0.75 (0.50-0.80) |',
      '| size | 11.3 MB | - | - |',
      '',
    ].join('\n'),
  );
});
