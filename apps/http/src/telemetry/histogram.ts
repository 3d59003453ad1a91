import type { Metric, Registry } from 'prom-client';

export interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds, ascending; an unbounded bucket is added. */
  readonly buckets: readonly number[];
}

/** Returns the function that counts the values of the series with these labels. */
export type Histogram = (labels?: Readonly<Record<string, string>>) => Observe;

type Observe = (value: number) => void;

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Number of values in each bucket that are in no lower one. */
  readonly counts: number[];
  sum: number;
}

/**
 * Adds a histogram to a registry. The histogram of prom-client looks up its labels and allocates objects for each value,
 * which costs several times as much, twice per request.
 */
export function addHistogram(registry: Registry, { name, help, buckets }: HistogramOptions): Histogram {
  const all: Series[] = [];
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: async () => ({
      name,
      help,
      type: 'histogram',
      values: all.flatMap((series) => samplesOf(name, buckets, series)),
    }),
  };
  registry.registerMetric(metric as unknown as Metric); // the registry uses only these members of a metric

  return (labels = {}) => {
    const series: Series = { labels, counts: [0, ...buckets].map(() => 0), sum: 0 };
    all.push(series);
    return (value) => {
      let bucket = 0;
      while (value > (buckets[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += value;
    };
  };
}

/** Returns a series in the format of Prometheus, whose buckets are cumulative. */
function samplesOf(name: string, buckets: readonly number[], { labels, counts, sum }: Series) {
  let count = 0;
  const cumulative = counts.map((inBucket, index) => {
    count += inBucket;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: String(buckets[index] ?? '+Inf') }, value: count };
  });
  return [
    ...cumulative,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
