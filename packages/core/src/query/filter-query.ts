import { createInvalidQueryError, type QueryProblem } from '../errors.ts';
import { EVENT_TYPE_EXPECTED, isEventType } from '../event/event-type.ts';
import { hasAtMostCodePoints, isStorable, STORABLE_EXPECTED } from '../event/text.ts';
import { describeTimestampProblem } from '../event/timestamp-problem.ts';
import { compareCodePoints } from './compare-code-points.ts';
import type { EventFilter } from './event-filter.ts';
import { optional, type ParameterParsers, type ParameterValues, type ParsedParameter, textList } from './parameter.ts';
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
export const MAX_EVENT_TYPES = 100;
/** Greatest number of conditions on the payload in a query. */
const MAX_CONDITIONS = 20;
/** Greatest number of texts to search for in a query. */
export const MAX_SEARCH_TEXTS = 20;
/** Represents the names of all payload filters in messages. */
const PAYLOAD_PARAMETER = 'payload.PATH';

const parseEventTypes = textList('type', MAX_EVENT_TYPES, (type) =>
  isEventType(type) ? undefined : EVENT_TYPE_EXPECTED,
);

const parseSearchTexts = textList('text', MAX_SEARCH_TEXTS, (text) => {
  // An empty text occurs in every event, which would make a deletion with an empty filter delete all events.
  if (text === '' || !hasAtMostCodePoints(text, MAX_PAYLOAD_OPERAND_LENGTH)) return SEARCH_TEXT_EXPECTED;
  return isStorable(text) ? undefined : STORABLE_EXPECTED;
});

const SEARCH_TEXT_EXPECTED = `expected 1 to ${MAX_PAYLOAD_OPERAND_LENGTH} characters`;

function parseTime(input: unknown): ParsedParameter<TimeBound> {
  const parsed = typeof input === 'string' ? parseTimeBound(input) : { problem: describeTimestampProblem(input) };
  return 'problem' in parsed ? parsed : { value: parsed };
}

/** The parsers of filters, except payload filters, whose names contain paths. */
export const FILTER_PARSERS = {
  event_type: optional(parseEventTypes),
  'event_type[prefix]': optional(parseEventTypes),
  start: optional(parseTime),
  end: optional(parseTime),
  q: optional(parseSearchTexts),
} satisfies ParameterParsers;

/**
 * Parses a query that has filters and other parameters.
 *
 * @param own the parsers of the other parameters
 * @param timeZoneOf returns the time zone of dates in `start` and `end`. Default: UTC
 * @throws InvalidQueryError with all unknown and invalid parameters
 */
export function parseFilteredQuery<const Own extends ParameterParsers>(
  own: Own,
  query: Readonly<Record<string, unknown>>,
  timeZoneOf: (own: ParameterValues<Own>) => TimeZone = () => UTC,
): { readonly filter: EventFilter; readonly own: ParameterValues<Own> } {
  const filters = parseParameters(FILTER_PARSERS, query);
  const others = parseParameters(own, query);
  const { payload, problems } = parseConditions(query);
  problems.unshift(...findUnknownParameters(query, own), ...filters.problems, ...others.problems);
  if (problems.length > 0) throw createInvalidQueryError(problems);
  const { event_type, 'event_type[prefix]': event_type_prefix, start, end, q } = filters.values;
  const timeZone = timeZoneOf(others.values);
  if (start && end && isAfter(start, end, timeZone)) throw createInvalidQueryError([startAfterEnd(start, end)]);
  const range = { start: start && startOf(start, timeZone), end: end && endOf(end, timeZone) };
  return { filter: { event_type, event_type_prefix, ...range, payload, q }, own: others.values };
}

/** Returns the values of parameters, which are complete if there are no problems. */
function parseParameters<const Parsers extends ParameterParsers>(
  parsers: Parsers,
  query: Readonly<Record<string, unknown>>,
): { readonly values: ParameterValues<Parsers>; readonly problems: readonly QueryProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: QueryProblem[] = [];
  for (const [parameter, parse] of Object.entries(parsers)) {
    const parsed = parse(query[parameter]);
    if ('value' in parsed) values[parameter] = parsed.value;
    else problems.push({ parameter, code: `invalid_${parameter.replace('[prefix]', '')}`, detail: parsed.problem });
  }
  return { values: values as ParameterValues<Parsers>, problems };
}

function startAfterEnd(start: TimeBound, end: TimeBound): QueryProblem {
  return { parameter: 'start', code: 'start_after_end', detail: `${start.text} is after end, ${end.text}` };
}

function findUnknownParameters(query: object, own: ParameterParsers): readonly QueryProblem[] {
  const known = [...Object.keys(FILTER_PARSERS), ...Object.keys(own)];
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
