import * as v from 'valibot';
import { createInvalidQueryError, type QueryProblem } from '../errors.ts';
import { EventTypeSchema } from '../event/event-type.ts';
import { hasAtMostCodePoints, isStorable, STORABLE_EXPECTED } from '../event/text.ts';
import { describeTimestampProblem } from '../event/timestamp-problem.ts';
import { compareCodePoints } from './compare-code-points.ts';
import type { EventFilter } from './event-filter.ts';
import { MAX_PAYLOAD_OPERAND_LENGTH, PAYLOAD_PREFIX, parseCondition } from './parse-condition.ts';
import type { PayloadCondition } from './payload-condition.ts';
import { endOf, isAfter, parseTimeBound, startOf, type TimeBound } from './time-bound.ts';
import { type TimeZone, UTC } from './time-zone.ts';
import { describeUnknownParameters } from './unknown-parameters.ts';

/** One or more prefixes of event types. */
export type TypePrefixes = string | readonly string[] | undefined;

/** Selects events. An empty query selects all events. */
export interface FilterQuery<Type extends string = string, Prefix extends TypePrefixes = TypePrefixes> {
  /** Event type, or alternative types; compared exactly. */
  readonly event_type?: Type | readonly Type[] | undefined;
  /** Prefix of the event type, or alternative prefixes. With `event_type` as well, an event must match one of the two. */
  readonly 'event_type[prefix]'?: Prefix | undefined;
  /** Events at this time or later: RFC 3339 with a zone, or a date, which means the start of that day. */
  readonly start?: string | undefined;
  /** Events at this time or earlier: RFC 3339 with a zone, or a date, which means the end of that day. Not before `start`. */
  readonly end?: string | undefined;
  /**
   * Text, or several texts, all of which must occur, ignoring case: in the event's type, or in a string or number anywhere in
   * its payload.
   */
  readonly q?: string | readonly string[] | undefined;
  /**
   * Condition on the payload at a path, as in `'payload.user.id': '42'` or `'payload.amount[gte]': '10'`. An event must meet
   * all conditions. docs/filters.md describes the grammar.
   */
  readonly [payload: `payload.${string}`]: string | readonly string[] | undefined;
}

/** Greatest number of types, and of prefixes of types, in a query. */
const MAX_EVENT_TYPES = 100;
/** Greatest number of conditions on the payload in a query. */
const MAX_CONDITIONS = 20;
/** Greatest number of texts to search for in a query. */
const MAX_SEARCH_TEXTS = 20;
/** Represents the names of all payload filters in messages. */
const PAYLOAD_PARAMETER = 'payload.PATH';

const TimeBoundSchema = v.pipe(
  v.string(({ input }) => describeTimestampProblem(input)),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseTimeBound(dataset.value);
    if (!('problem' in parsed)) return parsed;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

const EventTypesSchema = v.pipe(
  v.union([v.string(), v.array(v.string())], 'expected a type or a list of types'),
  v.transform((types) => (typeof types === 'string' ? [types] : [...new Set(types)].sort())),
  v.array(EventTypeSchema),
  v.minLength(1, 'expected at least one type'),
  v.maxLength(MAX_EVENT_TYPES, `expected at most ${MAX_EVENT_TYPES} types`),
);

const SEARCH_TEXT_EXPECTED = `expected 1 to ${MAX_PAYLOAD_OPERAND_LENGTH} characters`;

const SearchTextsSchema = v.pipe(
  v.union([v.string(), v.array(v.string())], 'expected a text or a list of texts'),
  // Sorted, because a cursor must be valid for the same texts in another order.
  v.transform((texts) => (typeof texts === 'string' ? [texts] : [...new Set(texts)].sort())),
  v.array(
    v.pipe(
      v.string(),
      // An empty text occurs in every event, which would make a deletion with an empty filter delete all events.
      v.check((text) => text !== '' && hasAtMostCodePoints(text, MAX_PAYLOAD_OPERAND_LENGTH), SEARCH_TEXT_EXPECTED),
      v.check(isStorable, STORABLE_EXPECTED),
    ),
  ),
  v.minLength(1, 'expected at least one text'),
  v.maxLength(MAX_SEARCH_TEXTS, `expected at most ${MAX_SEARCH_TEXTS} texts`),
);

/** The filters by name, except payload filters, whose names contain paths. */
export const FILTER_SCHEMAS = {
  event_type: v.optional(EventTypesSchema),
  'event_type[prefix]': v.optional(EventTypesSchema),
  start: v.optional(TimeBoundSchema),
  end: v.optional(TimeBoundSchema),
  q: v.optional(SearchTextsSchema),
};

/**
 * Parses a query that has filters and other parameters.
 *
 * @param own the schemas of the other parameters
 * @param timeZoneOf returns the time zone of dates in `start` and `end`. Default: UTC
 * @throws InvalidQueryError with all unknown and invalid parameters
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
  const { event_type, 'event_type[prefix]': event_type_prefix, start, end, q } = filters.output;
  const timeZone = timeZoneOf(others.output);
  if (start && end && isAfter(start, end, timeZone)) throw createInvalidQueryError([startAfterEnd(start, end)]);
  const range = { start: start && startOf(start, timeZone), end: end && endOf(end, timeZone) };
  return { filter: { event_type, event_type_prefix, ...range, payload, q }, own: others.output };
}

function startAfterEnd(start: TimeBound, end: TimeBound): QueryProblem {
  return { parameter: 'start', code: 'start_after_end', detail: `${start.text} is after end, ${end.text}` };
}

function findUnknownParameters(query: object, own: v.ObjectEntries): readonly QueryProblem[] {
  const known = [...Object.keys(FILTER_SCHEMAS), ...Object.keys(own)];
  const isUnknown = (name: string): boolean => !known.includes(name) && !name.startsWith(PAYLOAD_PREFIX);
  return describeUnknownParameters(Object.keys(query).filter(isUnknown), [...known, PAYLOAD_PARAMETER]);
}

/** Parses the payload filters of a query. `payload` is undefined if the query has none. */
function parseConditions(query: Readonly<Record<string, unknown>>) {
  const payload: PayloadCondition[] = [];
  const problems: QueryProblem[] = [];
  const reject = (parameter: string, detail: string) => problems.push({ parameter, code: 'invalid_filter', detail });
  for (const [parameter, input] of Object.entries(query)) {
    if (!parameter.startsWith(PAYLOAD_PREFIX) || input === undefined) continue;
    const values: readonly unknown[] = Array.isArray(input) ? input : [input];
    if (values.length === 0) reject(parameter, 'expected at least one value');
    for (const value of values) {
      const parsed = typeof value === 'string' ? parseCondition(parameter, value) : { problem: 'expected a string' };
      if ('problem' in parsed) reject(parameter, parsed.problem);
      else payload.push(parsed);
    }
  }
  if (payload.length > MAX_CONDITIONS) reject('payload', `expected at most ${MAX_CONDITIONS} payload filters`);
  // Sorted, because a cursor must be valid for the same conditions in another order.
  payload.sort((a, b) => compareCodePoints(JSON.stringify(a), JSON.stringify(b)));
  return { payload: payload.length === 0 ? undefined : payload, problems };
}

function valueProblem(issue: v.BaseIssue<unknown>): QueryProblem {
  const parameter = String(issue.path?.[0]?.key);
  return { parameter, code: `invalid_${parameter.replace('[prefix]', '')}`, detail: issue.message };
}
