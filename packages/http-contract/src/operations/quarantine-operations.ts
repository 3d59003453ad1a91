import * as v from 'valibot';
import { ReplaySchema } from '../bodies/schemas.ts';
import { ReplayDryRunSchema } from '../query/dry-run.ts';
import type { Operation, QueryParameter } from './operation.ts';
import { FILTER_PARAMETERS } from './query-parameters.ts';

/** The types of quarantined events, as filters. */
function typesDescribedAs(description: string): QueryParameter {
  const type = v.pipe(
    v.string(),
    v.metadata({ minLength: 1, maxLength: 255, pattern: '^quarantine\\.[^\\u0000-\\u001f\\u007f-\\u009f]*$' }),
  );
  const schema = v.pipe(v.array(type), v.minLength(1), v.maxLength(100), v.description(description));
  return { schema, occurs: 'repeatable' };
}

export const REPLAY_QUARANTINED: Operation = {
  id: 'replayQuarantined',
  method: 'POST',
  path: '/quarantine/replay',
  scope: 'admin',
  tag: 'Schemas',
  summary: 'Submit quarantined events again',
  description: `Submits the events that matching quarantine records hold, and deletes each record after its event is stored. An event
without an id gets one that is derived from its record. Without filters, all records match; types must begin with
\`quarantine.\`. \`dry_run=true\` only counts.

Many events are replayed in steps. If a step fails, or if the request exceeds one minute, the same request continues from
there: no event is lost, and none is stored twice.`,
  queryParameters: {
    ...FILTER_PARAMETERS,
    event_type: typesDescribedAs('Quarantined events of exactly this type, or of one of several types.'),
    'event_type[prefix]': typesDescribedAs(
      'Quarantined events whose type begins with this prefix, or with one of several.',
    ),
    dry_run: { schema: ReplayDryRunSchema, occurs: 'once' },
  },
  responses: [
    {
      status: 200,
      description: 'The number of events that are stored now, and of those that stay in quarantine.',
      headers: [],
      body: {
        'application/json': { schema: ReplaySchema, examples: { 'A replay': { replayed: 2, still_invalid: 1 } } },
      },
    },
  ],
  problems: ['rate_limited', 'internal', 'store_unavailable', 'store_full', 'store_timeout', 'overloaded'],
};
