import * as v from 'valibot';
import { nearestName } from '../nearest-name.ts';
import type { NewEvent } from './event.ts';
import { EVENT_ID_EXPECTED, parseEventId } from './event-id.ts';
import { EventTypeSchema, isEventType } from './event-type.ts';
import { toPointer } from './json-pointer.ts';
import { parsePayload } from './parse-payload.ts';
import { isPlainObject } from './plain-object.ts';
import { isQuarantineType, QUARANTINE_PREFIX } from './quarantine-prefix.ts';
import { parseTimestamp } from './timestamp.ts';
import { describeTimestampProblem } from './timestamp-problem.ts';

/** Number of unknown members that get a suggestion; errors list no more problems than this. */
const MAX_SUGGESTIONS = 20;

/** One problem of an event, and its place (a JSON Pointer, RFC 6901). */
export interface NewEventProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  /** The keyword of a schema that the event does not meet, e.g. `required`. */
  readonly keyword?: string;
  /** The schema that has this keyword. */
  readonly schema?: string;
}

export type NewEventParse =
  /** Validated and normalized. The payload is a deeply frozen copy; no part of the input is kept. */
  | { readonly event: NewEvent }
  | { readonly problems: readonly NewEventProblem[] }
  /** Size of the payload's JSON in bytes of UTF-8, which exceeds the limit. */
  | { readonly payloadBytes: number };

/** Limits of one event. */
export interface EventLimits {
  /** Greatest size of a payload's JSON in bytes of UTF-8. */
  readonly maxPayloadBytes: number;
}

const EventIdSchema = v.pipe(
  v.string(EVENT_ID_EXPECTED),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const id = parseEventId(dataset.value);
    if (id !== undefined) return id;
    addIssue({ message: EVENT_ID_EXPECTED });
    return NEVER;
  }),
);

const TimestampSchema = v.pipe(
  v.string(({ input }) => describeTimestampProblem(input)),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseTimestamp(dataset.value);
    if ('timestamp' in parsed) return parsed.timestamp;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

/** The members of an event. */
export const NewEventSchema = v.object({
  id: v.optional(EventIdSchema),
  event_type: EventTypeSchema,
  timestamp: TimestampSchema,
  payload: v.unknown(), // parsePayload checks it
});

const MEMBERS = Object.keys(NewEventSchema.entries);

/**
 * Parses an unknown value as an event: returns the event in its normal form, or all problems of the envelope and the first
 * problem of the payload. Every event enters the tracker here.
 */
export function parseNewEvent(input: unknown, limits: EventLimits): NewEventParse {
  if (!isPlainObject(input)) {
    return {
      problems: [
        { pointer: '', code: 'not_an_object', detail: 'expected an object with event_type, timestamp and payload' },
      ],
    };
  }
  const valid = Object.hasOwn(input, 'payload') ? readValidEnvelope(input) : undefined;
  const envelope = valid ? { success: true as const, output: valid } : v.safeParse(NewEventSchema, input);
  const payload = Object.hasOwn(input, 'payload') ? parsePayload(input.payload, limits.maxPayloadBytes) : undefined;
  if (payload && 'tooManyBytes' in payload) return { payloadBytes: payload.tooManyBytes };

  const problems = findUnknownMembers(input);
  if (!envelope.success) problems.push(...envelope.issues.map((issue) => envelopeProblem(issue, input)));
  if (typeof input.event_type === 'string' && isQuarantineType(input.event_type)) problems.push(RESERVED_TYPE);
  if (payload && 'problem' in payload) {
    problems.push({ ...payload.problem, pointer: `/payload${payload.problem.pointer}` });
  }
  if (problems.length > 0 || !envelope.success || !payload || !('payload' in payload)) return { problems };
  const { id, event_type, timestamp } = envelope.output;
  return { event: { id, event_type, timestamp, payload: payload.payload } };
}

const RESERVED_TYPE: NewEventProblem = {
  pointer: '/event_type',
  code: 'reserved_event_type',
  detail: `event types that begin with ${QUARANTINE_PREFIX} are reserved for quarantined events, which cannot be submitted; submit the corrected event instead`,
};

/** The members of an event, except its payload. */
type Envelope = Omit<v.InferOutput<typeof NewEventSchema>, 'payload'>;

/**
 * Returns the envelope of an event if it is valid. It makes the checks of `NewEventSchema` without the schema, which needs
 * five times as long; the schema then describes what is wrong with the others.
 */
function readValidEnvelope({ id, event_type, timestamp }: Record<string, unknown>): Envelope | undefined {
  if (typeof event_type !== 'string' || typeof timestamp !== 'string' || !isEventType(event_type)) return undefined;
  const parsed = parseTimestamp(timestamp);
  if (!('timestamp' in parsed)) return undefined;
  if (id === undefined) return { event_type, timestamp: parsed.timestamp };
  const parsedId = typeof id === 'string' ? parseEventId(id) : undefined;
  return parsedId === undefined ? undefined : { id: parsedId, event_type, timestamp: parsed.timestamp };
}

function envelopeProblem(issue: v.InferIssue<typeof NewEventSchema>, input: Record<string, unknown>): NewEventProblem {
  const member = String(issue.path?.[0].key);
  if (!Object.hasOwn(input, member))
    return { pointer: `/${member}`, code: 'required', detail: `${member} is required` };
  return { pointer: `/${member}`, code: `invalid_${member}`, detail: issue.message };
}

/** Unknown members are listed first, because a misspelt name also causes a missing member. */
function findUnknownMembers(input: Readonly<Record<string, unknown>>): NewEventProblem[] {
  const unknown = Object.keys(input).filter((name) => !MEMBERS.includes(name));
  return unknown.map((name, index) => ({
    pointer: toPointer([name]),
    code: 'unknown_member',
    detail: describeUnknownMember(name, input, index < MAX_SUGGESTIONS),
  }));
}

function describeUnknownMember(name: string, input: Readonly<Record<string, unknown>>, isSuggesting: boolean): string {
  if (Array.isArray(input[name]) && !Object.hasOwn(input, 'event_type'))
    return `unknown member; for a batch send the array itself, without an object around it`;
  const nearest = isSuggesting ? nearestName(name, MEMBERS) : undefined;
  const suggestion = nearest === undefined ? '' : `, did you mean ${nearest}?`;
  return `unknown member${suggestion}; expected ${MEMBERS.join(', ')}; put others into payload`;
}
