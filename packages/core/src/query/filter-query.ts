import * as v from 'valibot';
import { createInvalidQueryError, type QueryProblem } from '../errors.ts';
import { EventTypeSchema } from '../event/parse-event.ts';
import { describeTimestampProblem } from '../event/timestamp-problem.ts';
import { compareCodePoints } from './compare-code-points.ts';
import type { EventFilter } from './event-filter.ts';
import { PAYLOAD_PREFIX, parseCondition } from './parse-condition.ts';
import type { PayloadCondition } from './payload-condition.ts';
import { endOf, isAfter, parseTimeBound, startOf, type TimeBound } from './time-bound.ts';
import { type TimeZone, UTC } from './time-zone.ts';
import { describeUnknownParameters } from './unknown-parameters.ts';

/** Which events to look for; without members, all of them. */
export interface FilterQuery {
  /** One type, or several of which any will do; compared exactly. */
  readonly event_type?: string | readonly string[] | undefined;
  /** How the type begins, or several beginnings of which any will do; beside `event_type`, either will do. */
  readonly 'event_type[prefix]'?: string | readonly string[] | undefined;
  /** Events of this time or later: RFC 3339 with a zone, or a date for the beginning of that day. */
  readonly start?: string | undefined;
  /** Events of this time or earlier: RFC 3339 with a zone, or a date for the end of that day. Not before `start`. */
  readonly end?: string | undefined;
  /**
   * What the payload has at a path, as in `'payload.user.id': '42'` or `'payload.amount[gte]': '10'`; of several, all
   * must be met. docs/filters.md has the grammar.
   */
  readonly [payload: `payload.${string}`]: string | readonly string[] | undefined;
}

/** Most types, or beginnings of types, that one query may name. */
const MAX_EVENT_TYPES = 100;
/** Most conditions on the payload in one query. */
const MAX_CONDITIONS = 20;
/** Stands for the name of every payload filter. */
const PAYLOAD_PARAMETER = 'payload.PATH';

const TimeBoundSchema = v.pipe(
  v.string(({ input }) => describeTimestampProblem(input)),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseTimeBound(dataset.value);
    if (!('problem' in parsed)) return parsed;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
  v.metadata({
    anyOf: [{ format: 'date-time' }, { format: 'date' }],
    examples: ['2025-01-01T12:00:00Z', '2025-01-01'],
  }),
);

const EventTypesSchema = v.pipe(
  v.union([v.string(), v.array(v.string())], 'expected a type or a list of types'),
  v.transform((types) => (typeof types === 'string' ? [types] : [...new Set(types)].sort())),
  v.array(EventTypeSchema),
  v.minLength(1, 'expected at least one type'),
  v.maxLength(MAX_EVENT_TYPES, `expected at most ${MAX_EVENT_TYPES} types`),
);

/** The filters by name, those of the payload aside: their names are as many as there are paths. */
export const FILTER_SCHEMAS = {
  event_type: v.optional(
    v.pipe(EventTypesSchema, v.description('Events of exactly this type; of several types, any will do.')),
  ),
  'event_type[prefix]': v.optional(
    v.pipe(
      EventTypesSchema,
      v.description(
        'Events whose type begins so; of several beginnings, any will do. Beside `event_type`, either will do.',
      ),
    ),
  ),
  start: v.optional(
    v.pipe(
      TimeBoundSchema,
      v.description('Events of this time or later: RFC 3339 with a zone, or a date for the beginning of that day.'),
    ),
  ),
  end: v.optional(
    v.pipe(
      TimeBoundSchema,
      v.description('Events of this time or earlier: RFC 3339 with a zone, or a date for the end of that day.'),
    ),
  ),
};

/**
 * Parses a query that has filters and other parameters.
 *
 * @param own the schemas of the other parameters
 * @param timeZoneOf the time zone in which a date as `start` or `end` is a day. Default: UTC
 * @throws InvalidQueryError naming each parameter that is unknown or invalid
 */
export function parseFilteredQuery<const Own extends v.ObjectEntries>(
  own: Own,
  query: Readonly<Record<string, unknown>>,
  timeZoneOf: (own: v.InferOutput<v.ObjectSchema<Own, undefined>>) => TimeZone = () => UTC,
): { readonly filter: EventFilter; readonly own: v.InferOutput<v.ObjectSchema<Own, undefined>> } {
  const filters = v.safeParse(v.object(FILTER_SCHEMAS), query, { abortPipeEarly: true });
  const others = v.safeParse(v.object(own), query, { abortPipeEarly: true });
  const { payload, problems } = parseConditions(query);
  problems.unshift(
    ...findUnknownParameters(query, own),
    ...[...(filters.issues ?? []), ...(others.issues ?? [])].map(valueProblem),
  );
  if (problems.length > 0 || !filters.success || !others.success) throw createInvalidQueryError(problems);
  const { event_type, 'event_type[prefix]': event_type_prefix, start, end } = filters.output;
  const timeZone = timeZoneOf(others.output);
  if (start && end && isAfter(start, end, timeZone)) throw createInvalidQueryError([startAfterEnd(start, end)]);
  const range = { start: start && startOf(start, timeZone), end: end && endOf(end, timeZone) };
  return { filter: { event_type, event_type_prefix, ...range, payload }, own: others.output };
}

function startAfterEnd(start: TimeBound, end: TimeBound): QueryProblem {
  return { parameter: 'start', code: 'start_after_end', detail: `${start.text} is after end, ${end.text}` };
}

function findUnknownParameters(query: object, own: v.ObjectEntries): readonly QueryProblem[] {
  const known = [...Object.keys(FILTER_SCHEMAS), ...Object.keys(own)];
  const isUnknown = (name: string): boolean => !known.includes(name) && !name.startsWith(PAYLOAD_PREFIX);
  return describeUnknownParameters(Object.keys(query).filter(isUnknown), [...known, PAYLOAD_PARAMETER]);
}

/** Reads the payload filters among the parameters of a query; none at all leaves `payload` undefined. */
function parseConditions(query: Readonly<Record<string, unknown>>) {
  const payload: PayloadCondition[] = [];
  const problems: QueryProblem[] = [];
  const refuse = (parameter: string, detail: string) => problems.push({ parameter, code: 'invalid_filter', detail });
  for (const [parameter, given] of Object.entries(query)) {
    if (!parameter.startsWith(PAYLOAD_PREFIX) || given === undefined) continue;
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (values.length === 0) refuse(parameter, 'expected at least one value');
    for (const value of values) {
      const parsed = typeof value === 'string' ? parseCondition(parameter, value) : { problem: 'expected a string' };
      if ('problem' in parsed) refuse(parameter, parsed.problem);
      else payload.push(parsed);
    }
  }
  if (payload.length > MAX_CONDITIONS) refuse('payload', `expected at most ${MAX_CONDITIONS} payload filters`);
  // Whatever order they came in, they mean the same, and so a cursor must fit.
  payload.sort((a, b) => compareCodePoints(JSON.stringify(a), JSON.stringify(b)));
  return { payload: payload.length === 0 ? undefined : payload, problems };
}

function valueProblem(issue: v.BaseIssue<unknown>): QueryProblem {
  const parameter = String(issue.path?.[0]?.key);
  return { parameter, code: `invalid_${parameter.replace('[prefix]', '')}`, detail: issue.message };
}
