import * as v from 'valibot';
import { createInvalidCursorError, createInvalidQueryError, type QueryProblem } from '../errors.ts';
import type { EventOrder, EventPosition } from '../event/event-order.ts';
import { EventTypeSchema } from '../event/parse-event.ts';
import { parseTimestamp } from '../event/timestamp.ts';
import { decodeCursor } from './cursor.ts';
import type { EventFilter } from './event-filter.ts';

/** What to look for; without members, every event from the oldest on. */
export interface EventQuery {
  /** One type, or several of which any will do; compared exactly. */
  readonly event_type?: string | readonly string[] | undefined;
  /** Events of this instant or later; RFC 3339 with a zone. */
  readonly start?: string | undefined;
  /** Events of this instant or earlier; RFC 3339 with a zone. */
  readonly end?: string | undefined;
  /** By timestamp, then by id as text; `asc` unless told otherwise. */
  readonly order?: EventOrder | undefined;
  /** At most so many events, 1 to 10,000. */
  readonly limit?: number | undefined;
  /** `next` of the page before, together with the very filters and order of that page. */
  readonly cursor?: string | undefined;
}

/** A query understood. */
export interface ParsedEventQuery {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly limit: number | undefined;
  /** Where the page before ended. */
  readonly after: EventPosition | undefined;
}

/** Greatest `limit` of a query, in events. */
export const MAX_PAGE_LIMIT = 10_000;
/** Most types that one query may name. */
const MAX_EVENT_TYPES = 100;

const LIMIT_EXPECTED = `expected a whole number from 1 to ${MAX_PAGE_LIMIT}`;

const InstantSchema = v.pipe(
  v.string('expected a string in RFC 3339'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseTimestamp(dataset.value);
    if ('epochNanoseconds' in parsed) return parsed.epochNanoseconds;
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

const EventQuerySchema = v.object({
  event_type: v.optional(EventTypesSchema),
  start: v.optional(InstantSchema),
  end: v.optional(InstantSchema),
  order: v.optional(v.picklist(['asc', 'desc'], 'expected asc or desc'), 'asc'),
  limit: v.optional(
    v.pipe(
      v.number(LIMIT_EXPECTED),
      v.integer(LIMIT_EXPECTED),
      v.minValue(1, LIMIT_EXPECTED),
      v.maxValue(MAX_PAGE_LIMIT, LIMIT_EXPECTED),
    ),
  ),
  cursor: v.optional(v.string('expected a string')),
});

const PARAMETERS = Object.keys(EventQuerySchema.entries);

/**
 * Understands a query, or says all that is wrong with it.
 *
 * @throws InvalidQueryError naming each parameter that is unknown or out of bounds
 * @throws InvalidCursorError where the cursor is damaged or belongs to another query
 */
export function parseEventQuery(query: EventQuery): ParsedEventQuery {
  const parsed = v.safeParse(EventQuerySchema, query, { abortPipeEarly: true });
  const problems = parsed.success ? [] : parsed.issues.map(valueProblem);
  problems.push(
    ...Object.keys(query)
      .filter((name) => !PARAMETERS.includes(name))
      .map(unknownParameter),
  );
  if (problems.length > 0 || !parsed.success) throw createInvalidQueryError(problems);

  const { event_type, start, end, order, limit, cursor } = parsed.output;
  const filter: EventFilter = { event_type, start, end };
  return { filter, order, limit, after: cursor === undefined ? undefined : positionOf(cursor, filter, order) };
}

function positionOf(cursor: string, filter: EventFilter, order: EventOrder): EventPosition {
  const after = decodeCursor(cursor, filter, order);
  if (after) return after;
  throw createInvalidCursorError('the cursor is damaged, or was made for a query with other filters or another order');
}

function valueProblem(issue: v.InferIssue<typeof EventQuerySchema>): QueryProblem {
  const parameter = String(issue.path?.[0].key);
  return { parameter, code: `invalid_${parameter}`, detail: issue.message };
}

function unknownParameter(parameter: string): QueryProblem {
  return { parameter, code: 'unknown_parameter', detail: `expected no parameters but ${PARAMETERS.join(', ')}` };
}
