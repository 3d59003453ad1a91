import { formatTimestamp } from '@event-tracker/core/store';
import { isRecord, isSet, isText, type JsonRecord, setMember } from '../json.ts';
import { type DeriveId, type Places, problemAt, type TranslatedItem } from '../translation.ts';

/** A log record, of JSON or protobuf. Members that are not set are `undefined`, 0 or empty. */
export interface LogRecordFields {
  /** Nanoseconds since 1970; `undefined` if it is none. */
  readonly timeUnixNano: bigint | undefined;
  readonly observedTimeUnixNano: bigint | undefined;
  readonly eventName: unknown;
  readonly attributes: unknown;
  /** The other members, by their names in OTLP. */
  readonly others: JsonRecord;
}

/** The part of a document that a record is in. */
export interface RecordSource {
  readonly resource: JsonRecord | undefined;
  readonly scope: JsonRecord | undefined;
}

export interface OtlpOptions {
  readonly deriveId: DeriveId;
  /** Identifies the document: a digest of its bytes, which are the same when an exporter sends it again. */
  readonly digest: string;
}

const NAMESPACE = '3e7a1c9b-52d8-4f16-b7e4-9a0d2c6f8b04';
/** The largest signed 64-bit integer, in 2262. */
const MAX_NANOSECONDS = 9_223_372_036_854_775_807n;
const DEFAULT_EVENT_TYPE = 'log';
const EVENT_NAME_ATTRIBUTE = 'event.name';

/**
 * Translates a log record.
 *
 * @param index position of the record in its document
 */
export function translateLogRecord(
  { timeUnixNano, observedTimeUnixNano, eventName, attributes, others }: LogRecordFields,
  { resource, scope }: RecordSource,
  index: number,
  { deriveId, digest }: OtlpOptions,
): TranslatedItem {
  if (timeUnixNano === undefined) return problemAt('/timeUnixNano', 'invalid_time', NANOSECONDS_EXPECTED);
  if (observedTimeUnixNano === undefined)
    return problemAt('/observedTimeUnixNano', 'invalid_time', NANOSECONDS_EXPECTED);
  const time = timeUnixNano === 0n ? observedTimeUnixNano : timeUnixNano;
  if (time === 0n) return problemAt('/timeUnixNano', 'required', 'timeUnixNano or observedTimeUnixNano is required');
  const timePlace = timeUnixNano === 0n ? '/observedTimeUnixNano' : '/timeUnixNano';
  if (time > MAX_NANOSECONDS) return problemAt(timePlace, 'invalid_time', 'expected a time until 2262');
  if (isSet(eventName) && typeof eventName !== 'string')
    return problemAt('/eventName', 'invalid_eventName', 'expected text');
  const type = typeOf(eventName, attributes);
  const payload: Record<string, unknown> = { ...others };
  if (!isEmpty(attributes)) payload.attributes = attributes;
  if (observedTimeUnixNano !== 0n) payload.observedTimeUnixNano = String(observedTimeUnixNano);
  if (resource && !isEmpty(resource)) payload.resource = resource;
  if (scope && !isEmpty(scope)) payload.scope = scope;
  const event = {
    id: deriveId(NAMESPACE, `${digest}/${index}`),
    event_type: type.name,
    timestamp: formatTimestamp(time),
    payload,
  };
  const places: Places = [
    ['/event_type', type.place],
    ['/timestamp', timePlace],
    ['/payload', ''],
  ];
  return { event, places };
}

/** Returns the type of an event, and the place of the member that has it. */
function typeOf(eventName: unknown, attributes: unknown): { readonly name: string; readonly place: string } {
  if (isText(eventName)) return { name: eventName, place: '/eventName' };
  const named = isRecord(attributes) ? attributes[EVENT_NAME_ATTRIBUTE] : undefined;
  if (isText(named)) return { name: named, place: `/attributes/${EVENT_NAME_ATTRIBUTE}` };
  return { name: DEFAULT_EVENT_TYPE, place: '/eventName' };
}

const NANOSECONDS_EXPECTED = 'expected nanoseconds since 1970, as text';

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Returns an integer as a number, or as text if a double does not hold it. */
export function exactInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Returns a double as a number, or as text if JSON cannot represent it. */
export function jsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Returns only the members that are set: in protobuf, a default value means that a member is not set. */
export function withoutDefaults(members: JsonRecord): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (isSet(value) && value !== '' && value !== 0 && value !== '0') setMember(set, name, value);
  }
  return set;
}
