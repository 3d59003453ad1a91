import { STATS_QUERY_SCHEMAS } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { EVENT_TYPES, STATS } from '../bodies/examples.ts';
import { EVENT_TYPE_FORMATS, STATS_FORMATS, writeAll } from '../bodies/row-tables.ts';
import { EventTypeSummarySchema, StatsRowSchema } from '../bodies/schemas.ts';
import { RowsFormatSchema } from '../query/format.ts';
import type { Operation } from './operation.ts';
import { describeSchemas, FILTER_PARAMETERS, once } from './query-parameters.ts';
import { ROUTES } from './routes.ts';

const OWN_PARAMETERS = describeSchemas(STATS_QUERY_SCHEMAS, {
  metric: {
    description: `What to compute: \`count\`, the number of events; \`unique:payload.PATH\`, the number of different values at a path
of the payload; \`sum:\`, \`avg:\`, \`min:\` or \`max:payload.PATH\` of the numbers there; \`p50:\`, \`p90:\`, \`p95:\` or
\`p99:payload.PATH\`, a percentile of the numbers there. Each element of an array is a value.`,
    examples: ['count', 'unique:payload.user_id', 'sum:payload.amount', 'p95:payload.duration_ms'],
  },
  interval: {
    description:
      'Length of the time buckets: seconds (`1s`), minutes (`1m`), hours, a day, a week that begins on Monday, months (`1M`), a year. Default: a single bucket.',
  },
  time_zone: {
    description: 'IANA name of the time zone in which days, weeks and months begin at midnight.',
    examples: ['Europe/Paris'],
  },
  group_by: {
    description:
      '`event_type`, or `payload.PATH` for the value at a path, where each element of an array is a value. Default: a single group.',
    examples: ['event_type', 'payload.country'],
  },
  top: {
    description: 'Number of groups, the greatest first. The events of all other groups are combined in one.',
  },
});

export const QUERY_STATS: Operation = {
  id: 'queryStats',
  ...ROUTES.queryStats,
  scope: 'read',
  tag: 'Numbers',
  summary: 'Compute statistics of events',
  description: `Returns one number for all matching events, or one per time bucket, per group, or both, ordered by bucket, then by value
in descending order with null last, then by group.

Buckets range from that of \`start\` to that of \`end\`. Default: the first and the last match. A bucket without events has
the value 0, or null for \`avg\`, \`min\` and \`max\`. Minutes and hours have a fixed length; days, weeks and months begin at
local midnight, also across changes of the UTC offset.

A response has at most 10,000 rows; a request for more is rejected with \`too_many_cells\`. The same can happen with more
than a million groups or distinct values of \`unique\`. Sums can differ between stores in the last bits.`,
  queryParameters: { ...once({ ...OWN_PARAMETERS, format: RowsFormatSchema }), ...FILTER_PARAMETERS },
  requestHeaders: ['Accept-Encoding'],
  responses: [
    {
      status: 200,
      description: 'The numbers.',
      headers: ['Cache-Control', 'Vary', 'Content-Encoding'],
      body: {
        'application/json': { schema: v.array(StatsRowSchema), examples: { 'Days by type': STATS } },
        'text/csv': {
          schema: v.pipe(v.string(), v.description('RFC 4180 with a header.')),
          examples: { 'Days by type': writeAll(STATS_FORMATS['text/csv'], STATS) },
        },
      },
    },
  ],
  problems: ['too_many_cells', 'not_acceptable', 'rate_limited', 'internal', 'store_unavailable', 'store_timeout'],
};

export const QUERY_EVENT_TYPES: Operation = {
  id: 'queryEventTypes',
  ...ROUTES.queryEventTypes,
  scope: 'read',
  tag: 'Numbers',
  summary: 'List event types',
  description: 'Returns every type of the stored events, ordered by code point.',
  queryParameters: once({ format: RowsFormatSchema }),
  requestHeaders: ['Accept-Encoding'],
  responses: [
    {
      status: 200,
      description: 'The types.',
      headers: ['Cache-Control', 'Vary', 'Content-Encoding'],
      body: {
        'application/json': { schema: v.array(EventTypeSummarySchema), examples: { Types: EVENT_TYPES } },
        'text/csv': {
          schema: v.pipe(v.string(), v.description('RFC 4180 with a header.')),
          examples: { Types: writeAll(EVENT_TYPE_FORMATS['text/csv'], EVENT_TYPES) },
        },
      },
    },
  ],
  problems: ['not_acceptable', 'rate_limited', 'internal', 'store_unavailable', 'store_timeout'],
};
