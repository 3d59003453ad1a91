import * as v from 'valibot';
import type { EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import { PAYLOAD_PREFIX } from '../query/parse-condition.ts';
import { type PayloadPath, parsePayloadPath } from '../query/payload-path.ts';
import { parseTimeZone, type TimeZone } from '../query/time-zone.ts';
import { type GroupBy, type Metric, PERCENTILES } from './aggregate-request.ts';
import { INTERVALS, type Interval } from './time-grid.ts';

/** Selects a metric and the events to compute it for. An empty query counts all events. */
export interface StatsQuery extends FilterQuery {
  /**
   * `count`, `unique:payload.PATH`, or `sum:`, `avg:`, `min:`, `max:`, `p50:`, `p90:`, `p95:` or `p99:` of the numbers at a path.
   * Default: `count`.
   */
  readonly metric?: string | undefined;
  /** Length of the time buckets. Default: a single bucket. */
  readonly interval?: Interval | undefined;
  /** IANA name of the time zone of the buckets. Default: `UTC`. */
  readonly time_zone?: string | undefined;
  /** `event_type` or `payload.PATH`. Default: a single group. */
  readonly group_by?: string | undefined;
  /** Number of groups, 1 to 100, the greatest first. All other groups are combined in one. Default: 10. */
  readonly top?: number | undefined;
}

/** The metrics that queries can name. */
export type StatsMetric = Exclude<Metric, { readonly kind: 'first' | 'last' }>;

/** A parsed statistics query. */
export interface ParsedStatsQuery {
  readonly filter: EventFilter;
  readonly metric: StatsMetric;
  readonly interval: Interval | undefined;
  readonly timeZone: TimeZone;
  readonly groupBy: GroupBy | undefined;
  readonly top: number;
}

/** Greatest `top` of a query, in groups. */
const MAX_TOP = 100;
const DEFAULT_TOP = 10;

const PATH_METRICS = ['unique', 'sum', 'avg', 'min', 'max', ...PERCENTILES] as const;

const METRIC_EXPECTED = `expected count or ${PATH_METRICS.join(':, ')}:, each with payload.PATH behind the colon`;
const GROUP_BY_EXPECTED = 'expected event_type or payload.PATH';
const TIME_ZONE_EXPECTED = 'expected the name of an IANA time zone, e.g. Europe/Paris or UTC';
const TOP_EXPECTED = `expected a whole number from 1 to ${MAX_TOP}`;

const MetricSchema = v.pipe(
  v.string(METRIC_EXPECTED),
  v.rawTransform(({ dataset, addIssue, NEVER }): StatsMetric => {
    if (dataset.value === 'count') return { kind: 'count' };
    const kind = PATH_METRICS.find((name) => dataset.value.startsWith(`${name}:${PAYLOAD_PREFIX}`));
    const parsed = kind && parseWholePath(dataset.value, `${kind}:${PAYLOAD_PREFIX}`.length);
    if (parsed && 'path' in parsed) return { kind, path: parsed.path };
    addIssue({ message: parsed?.problem ?? METRIC_EXPECTED });
    return NEVER;
  }),
);

const GroupBySchema = v.pipe(
  v.string(GROUP_BY_EXPECTED),
  v.rawTransform(({ dataset, addIssue, NEVER }): GroupBy => {
    if (dataset.value === 'event_type') return dataset.value;
    const parsed = dataset.value.startsWith(PAYLOAD_PREFIX)
      ? parseWholePath(dataset.value, PAYLOAD_PREFIX.length)
      : { problem: GROUP_BY_EXPECTED };
    if ('path' in parsed) return parsed.path;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

const TimeZoneSchema = v.pipe(
  v.string(TIME_ZONE_EXPECTED),
  v.rawTransform(({ dataset, addIssue, NEVER }): TimeZone => {
    const timeZone = parseTimeZone(dataset.value);
    if (timeZone) return timeZone;
    addIssue({ message: TIME_ZONE_EXPECTED });
    return NEVER;
  }),
);

/** The parameters of a statistics query, in addition to the filters. */
export const STATS_QUERY_SCHEMAS = {
  metric: v.optional(MetricSchema, 'count'),
  interval: v.optional(v.picklist(INTERVALS, `expected one of ${INTERVALS.join(', ')}`)),
  time_zone: v.optional(TimeZoneSchema, 'UTC'),
  group_by: v.optional(GroupBySchema),
  top: v.optional(
    v.pipe(
      v.number(TOP_EXPECTED),
      v.integer(TOP_EXPECTED),
      v.minValue(1, TOP_EXPECTED),
      v.maxValue(MAX_TOP, TOP_EXPECTED),
    ),
    DEFAULT_TOP,
  ),
};

/**
 * Parses a statistics query.
 *
 * @throws InvalidQueryError with all unknown and invalid parameters
 */
export function parseStatsQuery(query: StatsQuery): ParsedStatsQuery {
  const { filter, own } = parseFilteredQuery(STATS_QUERY_SCHEMAS, { ...query }, ({ time_zone }) => time_zone);
  const { metric, interval, time_zone: timeZone, group_by: groupBy, top } = own;
  return { filter, metric, interval, timeZone, groupBy, top };
}

/** Parses a path that extends to the end of a text. */
function parseWholePath(text: string, start: number): { readonly path: PayloadPath } | { readonly problem: string } {
  const parsed = parsePayloadPath(text, start);
  if ('problem' in parsed || parsed.end === text.length) return parsed;
  return { problem: `expected a dot or the end at character ${parsed.end}` };
}
