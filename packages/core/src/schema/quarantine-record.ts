import type { Event, EventId, JsonObject, JsonValue } from '../event/event.ts';
import { isEventType } from '../event/event-type.ts';
import type { NewEventProblem } from '../event/parse-event.ts';
import { parsePayload } from '../event/parse-payload.ts';
import { isQuarantineType, QUARANTINE_PREFIX } from '../event/quarantine-prefix.ts';
import { isStorable, truncateCodePoints } from '../event/text.ts';
import { formatTimestamp } from '../event/timestamp.ts';
import { canonicalJson } from './canonical-json.ts';

/** Derives an id from a text: the same text always has the same id, and different texts have different ids. */
export type DeriveId = (text: string) => EventId;

/** An event that was rejected. */
export interface RejectedEvent {
  /** The event type that it claims to have. */
  readonly eventType: unknown;
  readonly problems: readonly NewEventProblem[];
  /** What was sent, as parsed. */
  readonly sent: unknown;
  /** What was sent, as text, for an event that cannot be stored as JSON. */
  readonly text: string | undefined;
}

/** How a rejected event arrived. */
export interface Receipt {
  /** Name of the protocol that it arrived by. */
  readonly protocol: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly deriveId: DeriveId;
  /** The greatest size of the payload of an event that is not rejected. */
  readonly maxPayloadBytes: number;
}

/** What a quarantined event holds: the JSON that was sent, or its text. */
type Held = { readonly event: JsonValue } | { readonly text: string };

/** Greatest number of problems in a record. */
const MAX_PROBLEMS = 20;
/** What was sent can be longer than an event that is stored: `\\u00e9` is one character, and other members than `payload` count. */
const TEXT_FACTOR = 4;
/** Greatest size of the JSON of everything in a record except what was sent. */
const MAX_ENVELOPE_BYTES = 64 * 1024;
/** Greatest number of code points of the claimed type, so that the prefix and the type together are an event type. */
const MAX_CLAIMED_LENGTH = 255 - QUARANTINE_PREFIX.length;
/** Stands for the type of an event that has none. */
const UNKNOWN_TYPE = 'unknown';
const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * Returns the event that holds a rejected event: its type is `quarantine.` and the claimed type, its timestamp the time of
 * receipt, and its id is derived from what was sent, so that a repeated submission has the same id.
 *
 * @returns `undefined` if what was sent can be stored neither as JSON nor as text
 */
export function createQuarantineRecord(rejected: RejectedEvent, receipt: Receipt): Event | undefined {
  const { protocol, receivedAt, deriveId, maxPayloadBytes } = receipt;
  const { eventType, problems, sent, text } = rejected;
  const timestamp = formatTimestamp(BigInt(Math.floor(receivedAt)) * NANOSECONDS_PER_MS);
  const envelope = { problems: problems.slice(0, MAX_PROBLEMS).map(toStorable), protocol, received_at: timestamp };
  const maxBytes = maxPayloadBytes * TEXT_FACTOR + MAX_ENVELOPE_BYTES;
  const payload =
    parseRecord({ ...envelope, event: sent }, maxBytes) ??
    (text === undefined ? undefined : parseRecord({ ...envelope, text }, maxBytes));
  if (!payload) return undefined;
  return Object.freeze({
    id: idOf(protocol, heldBy(payload) as Held, deriveId), // it has one of the two members
    event_type: QUARANTINE_PREFIX + claimedType(eventType),
    timestamp,
    payload,
  });
}

function parseRecord(record: Record<string, unknown>, maxBytes: number): JsonObject | undefined {
  const parsed = parsePayload(record, maxBytes);
  return 'payload' in parsed ? parsed.payload : undefined;
}

/** Pointers and details can contain names from the event, and so characters that cannot be stored. */
function toStorable({ pointer, detail, ...others }: NewEventProblem): Record<string, string> {
  return { pointer: replaceUnstorable(pointer), ...others, detail: replaceUnstorable(detail) };
}

function replaceUnstorable(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', '\ufffd');
}

function claimedType(eventType: unknown): string {
  if (typeof eventType !== 'string') return UNKNOWN_TYPE;
  const type = truncateCodePoints(eventType, MAX_CLAIMED_LENGTH);
  return isEventType(type) ? type : UNKNOWN_TYPE;
}

function idOf(protocol: string, held: Held, deriveId: DeriveId): EventId {
  return deriveId(
    canonicalJson(['event' in held ? 'event' : 'text', protocol, 'event' in held ? held.event : held.text]),
  );
}

function heldBy({ event, text }: JsonObject): Held | undefined {
  if (event !== undefined) return { event };
  return typeof text === 'string' ? { text } : undefined;
}

/** What a quarantine record holds, and how it arrived. */
export interface QuarantineRecord {
  readonly protocol: string;
  readonly held: Held;
}

/**
 * Reads an event as a quarantine record. An event that only has such a type, because it was stored before the prefix was
 * reserved, is not one: the id of a record is derived from what the record holds.
 */
export function readQuarantineRecord(event: Event, deriveId: DeriveId): QuarantineRecord | undefined {
  if (!isQuarantined(event)) return undefined;
  const held = heldBy(event.payload);
  const { protocol } = event.payload;
  if (!held || typeof protocol !== 'string' || event.id !== idOf(protocol, held, deriveId)) return undefined;
  return { protocol, held };
}

/** True if an event is quarantined. */
export function isQuarantined({ event_type }: Pick<Event, 'event_type'>): boolean {
  return isQuarantineType(event_type);
}

/**
 * Returns the id of the event that a record holds, if the event does not have one: the id of the record with its last bit
 * inverted. Every replay stores the event under this id, and so can a client that corrects the event, so that it is stored once.
 */
export function replayedIdOf({ id }: Pick<Event, 'id'>): EventId {
  const last = Number.parseInt(id.slice(-1), 16) ^ 1;
  return id.slice(0, -1) + last.toString(16);
}
