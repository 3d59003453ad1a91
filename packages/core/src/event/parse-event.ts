import { nearestName } from '../nearest-name.ts';
import type { EventId, NewEvent } from './event.ts';
import { EVENT_ID_EXPECTED, parseEventId } from './event-id.ts';
import { EVENT_TYPE_EXPECTED, isEventType } from './event-type.ts';
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

const MEMBERS = ['id', 'event_type', 'timestamp', 'payload'] as const;

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
  const payload = Object.hasOwn(input, 'payload') ? parsePayload(input.payload, limits.maxPayloadBytes) : undefined;
  if (payload && 'tooManyBytes' in payload) return { payloadBytes: payload.tooManyBytes };

  const problems = findUnknownMembers(input);
  const envelope = parseEnvelope(input, problems);
  if (typeof input.event_type === 'string' && isQuarantineType(input.event_type)) problems.push(RESERVED_TYPE);
  if (payload && 'problem' in payload) {
    problems.push({ ...payload.problem, pointer: `/payload${payload.problem.pointer}` });
  }
  if (problems.length > 0 || !envelope || !payload || !('payload' in payload)) return { problems };
  const { id, event_type, timestamp } = envelope;
  return { event: { id, event_type, timestamp, payload: payload.payload } };
}

const RESERVED_TYPE: NewEventProblem = {
  pointer: '/event_type',
  code: 'reserved_event_type',
  detail: `event types that begin with ${QUARANTINE_PREFIX} are reserved for quarantined events, which cannot be submitted; submit the corrected event instead`,
};

/** The members of an event, except its payload. */
interface Envelope {
  readonly id?: EventId;
  readonly event_type: string;
  readonly timestamp: string;
}

/** Parses the members of an event, except its payload, which must be there. Adds what is wrong with them to the problems. */
function parseEnvelope(input: Readonly<Record<string, unknown>>, problems: NewEventProblem[]): Envelope | undefined {
  const { id, event_type, timestamp } = input;
  const found = problems.length;
  function reject(member: (typeof MEMBERS)[number], detail: string): void {
    const isMissing = !Object.hasOwn(input, member);
    const problem = isMissing
      ? { code: 'required', detail: `${member} is required` }
      : { code: `invalid_${member}`, detail };
    problems.push({ pointer: `/${member}`, ...problem });
  }

  const parsedId = typeof id === 'string' ? parseEventId(id) : undefined;
  if (id !== undefined && parsedId === undefined) reject('id', EVENT_ID_EXPECTED);
  const isType = typeof event_type === 'string' && isEventType(event_type);
  if (!isType) reject('event_type', EVENT_TYPE_EXPECTED);
  const time =
    typeof timestamp === 'string' ? parseTimestamp(timestamp) : { problem: describeTimestampProblem(timestamp) };
  if ('problem' in time) reject('timestamp', time.problem);
  if (!Object.hasOwn(input, 'payload')) reject('payload', '');
  if (problems.length > found || !isType || 'problem' in time) return undefined;
  const { timestamp: normalized } = time;
  return parsedId === undefined
    ? { event_type, timestamp: normalized }
    : { id: parsedId, event_type, timestamp: normalized };
}

/** Unknown members are listed first, because a misspelt name also causes a missing member. */
function findUnknownMembers(input: Readonly<Record<string, unknown>>): NewEventProblem[] {
  const unknown = Object.keys(input).filter((name) => !(MEMBERS as readonly string[]).includes(name));
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
