import type { EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import {
  oneOf,
  optional,
  type ParameterParsers,
  type ParsedParameter,
  wholeNumber,
  withDefault,
} from '../query/parameter.ts';
import { PAYLOAD_PREFIX } from '../query/parse-condition.ts';
import { type PayloadPath, parsePayloadPath } from '../query/payload-path.ts';
import { parseTimeZone, type TimeZone, UTC } from '../query/time-zone.ts';
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
export const MAX_TOP = 100;
/** Default of `top`. */
export const DEFAULT_TOP = 10;

const PATH_METRICS = ['unique', 'sum', 'avg', 'min', 'max', ...PERCENTILES] as const;

const METRIC_EXPECTED = `expected count or ${PATH_METRICS.join(':, ')}:, each with payload.PATH behind the colon`;
const GROUP_BY_EXPECTED = 'expected event_type or payload.PATH';
const TIME_ZONE_EXPECTED = 'expected the name of an IANA time zone, e.g. Europe/Paris or UTC';

function parseMetric(input: unknown): ParsedParameter<StatsMetric> {
  if (input === 'count') return { value: { kind: 'count' } };
  const text = typeof input === 'string' ? input : '';
  const kind = PATH_METRICS.find((name) => text.startsWith(`${name}:${PAYLOAD_PREFIX}`));
  if (!kind) return { problem: METRIC_EXPECTED };
  const parsed = parseWholePath(text, `${kind}:${PAYLOAD_PREFIX}`.length);
  return 'problem' in parsed ? parsed : { value: { kind, path: parsed.path } };
}

function parseGroupBy(input: unknown): ParsedParameter<GroupBy> {
  if (input === 'event_type') return { value: input };
  if (typeof input !== 'string' || !input.startsWith(PAYLOAD_PREFIX)) return { problem: GROUP_BY_EXPECTED };
  const parsed = parseWholePath(input, PAYLOAD_PREFIX.length);
  return 'problem' in parsed ? parsed : { value: parsed.path };
}

function parseZone(input: unknown): ParsedParameter<TimeZone> {
  const value = typeof input === 'string' ? parseTimeZone(input) : undefined;
  return value ? { value } : { problem: TIME_ZONE_EXPECTED };
}

/** The parameters of a statistics query, in addition to the filters. */
export const STATS_QUERY_PARSERS = {
  metric: withDefault(parseMetric, { kind: 'count' } as const),
  interval: optional(oneOf(INTERVALS)),
  time_zone: withDefault(parseZone, UTC),
  group_by: optional(parseGroupBy),
  top: withDefault(wholeNumber(MAX_TOP), DEFAULT_TOP),
} satisfies ParameterParsers;

/**
 * Parses a statistics query.
 *
 * @throws InvalidQueryError with all unknown and invalid parameters
 */
export function parseStatsQuery(query: StatsQuery): ParsedStatsQuery {
  const { filter, own } = parseFilteredQuery(STATS_QUERY_PARSERS, { ...query }, ({ time_zone }) => time_zone);
  const { metric, interval, time_zone: timeZone, group_by: groupBy, top } = own;
  return { filter, metric, interval, timeZone, groupBy, top };
}

/** Parses a path that extends to the end of a text. */
function parseWholePath(text: string, start: number): { readonly path: PayloadPath } | { readonly problem: string } {
  const parsed = parsePayloadPath(text, start);
  if ('problem' in parsed || parsed.end === text.length) return parsed;
  return { problem: `expected a dot or the end at character ${parsed.end}` };
}
