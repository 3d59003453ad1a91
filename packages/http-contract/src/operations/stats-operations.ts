import { STATS_QUERY_SCHEMAS } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { EVENT_TYPES, STATS } from '../bodies/examples.ts';
import { eventTypesAsCsv, statsAsCsv } from '../bodies/row-tables.ts';
import { EventTypeSummarySchema, StatsRowSchema } from '../bodies/schemas.ts';
import { RowsFormatSchema } from '../query/format.ts';
import type { Operation } from './operation.ts';
import { FILTER_PARAMETERS, once } from './query-parameters.ts';

export const QUERY_STATS: Operation = {
  id: 'queryStats',
  method: 'GET',
  path: '/stats',
  scope: 'read',
  tag: 'Numbers',
  summary: 'Work out a number about events',
  description: `One number about all events that match, or one per bucket of time, per group, or both: by bucket, then by value, the
greatest first and null last, then by group.

Buckets go from that of \`start\` to that of \`end\`; where one of them is left out, from the first match or to the last. A
bucket without events is there, too: with 0, or with null for \`avg\`, \`min\` and \`max\`. Minutes and hours always have the same
length; days, weeks and months begin at local midnight, whatever the clocks do in between.

There are at most 10,000 rows; where there would be more, that is \`too_many_cells\`. So it may be where there are more than
a million groups, or different values of \`unique\`, to choose from or to count. Sums may differ between stores in the
last bits.`,
  queryParameters: { ...once({ ...STATS_QUERY_SCHEMAS, format: RowsFormatSchema }), ...FILTER_PARAMETERS },
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
          examples: { 'Days by type': statsAsCsv(STATS) },
        },
      },
    },
  ],
  problems: ['too_many_cells', 'not_acceptable', 'rate_limited', 'internal', 'store_unavailable', 'store_timeout'],
};

export const QUERY_EVENT_TYPES: Operation = {
  id: 'queryEventTypes',
  method: 'GET',
  path: '/event-types',
  scope: 'read',
  tag: 'Numbers',
  summary: 'Find out which types of events there are',
  description: 'Every type of the stored events, in the order of code points.',
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
          examples: { Types: eventTypesAsCsv(EVENT_TYPES) },
        },
      },
    },
  ],
  problems: ['not_acceptable', 'rate_limited', 'internal', 'store_unavailable', 'store_timeout'],
};
