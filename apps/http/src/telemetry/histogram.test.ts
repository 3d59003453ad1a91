import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { addHistogram } from './histogram.ts';

const options = { name: 'a_seconds', help: 'Some time.', buckets: [0.1, 1, 2.5] };
const values = [0, 0.05, 0.1, 0.11, 1, 2.5, 2.6, 1_000];

test('has the format of a prom-client histogram', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const histogram = addHistogram(ours, options);
  const reference = new Histogram({
    ...options,
    buckets: [...options.buckets],
    labelNames: ['a', 'b'],
    registers: [theirs],
  });
  for (const [a, b] of [
    ['x', 'y'],
    ['x', 'z"\\'],
  ] as const) {
    const observe = histogram({ a, b });
    for (const value of values) {
      observe(value);
      reference.observe({ a, b }, value);
    }
  }
  const sorted = async (registry: Registry): Promise<readonly string[]> =>
    (await registry.metrics()).split('\n').map(withSortedLabels);
  expect(await sorted(ours)).toEqual(await sorted(theirs));
});

test('without values has zero counts', async () => {
  const registry = new Registry();
  addHistogram(registry, options)();
  expect(await registry.metrics()).toBe(`# HELP a_seconds Some time.
# TYPE a_seconds histogram
a_seconds_bucket{le="0.1"} 0
a_seconds_bucket{le="1"} 0
a_seconds_bucket{le="2.5"} 0
a_seconds_bucket{le="+Inf"} 0
a_seconds_sum 0
a_seconds_count 0
`);
});

/** Sorts labels, because the position of the bound among them is arbitrary. */
function withSortedLabels(line: string): string {
  return line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`);
}
