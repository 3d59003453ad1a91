import { parseEventId, toPointer } from '@event-tracker/core/schemas';
import { isRecord, isSet, isText, type JsonRecord } from '../json.ts';
import {
  type DeriveId,
  type ItemProblem,
  type Places,
  problemAt,
  type TranslatedItem,
  withSent,
} from '../translation.ts';

/** What reading CloudEvents requires. */
export interface CloudEventOptions {
  readonly deriveId: DeriveId;
  /** The `source` of events that a tracker returned as CloudEvents: their data is the payload itself. */
  readonly trackerSource: string;
}

/** The `datacontenttype` of events that a tracker returned. */
export const JSON_MEDIA_TYPE = 'application/json';
/** The namespace of derived ids. Another one would store every retry as a new event. */
const NAMESPACE = '6f3c5d0e-0c0a-4b43-9b4e-7d2a51c8e901';

const PLACES: Places = [
  ['/event_type', '/type'],
  ['/timestamp', '/time'],
  ['/payload', ''],
];
const PLACES_FROM_TRACKER: Places = [
  ['/event_type', '/type'],
  ['/timestamp', '/time'],
  ['/payload', '/data'],
];

const REQUIRED = ['id', 'source', 'type', 'time'] as const;
const OPTIONAL = ['subject', 'datacontenttype', 'dataschema'] as const;
/** The members of the JSON format; every other member is an extension attribute. */
const MEMBERS: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL, 'specversion', 'data', 'data_base64']);
/** Attributes that are members of the event itself. */
const IN_ENVELOPE: ReadonlySet<string> = new Set(['specversion', 'id', 'type', 'time']);
/** What an event that a tracker returned consists of. */
const FROM_TRACKER: ReadonlySet<string> = new Set([...REQUIRED, 'specversion', 'datacontenttype', 'data']);

const EXTENSION_NAME = /^[a-z0-9]+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Translates a CloudEvent in the JSON format (CloudEvents 1.0, JSON event format 3). */
export function readCloudEvent(input: unknown, options: CloudEventOptions): TranslatedItem {
  return withSent(translateEvent(input, options), () => input);
}

function translateEvent(input: unknown, { deriveId, trackerSource }: CloudEventOptions): TranslatedItem {
  if (!isRecord(input)) return problemAt('', 'not_an_object', 'expected a CloudEvent, which is an object');
  const problem = findProblem(input);
  if (problem) return { problem };
  const { id, source, type, time } = input as JsonRecord & Record<(typeof REQUIRED)[number], string>;
  const uuid = parseEventId(id);
  const envelope = { id: uuid ?? deriveId(NAMESPACE, JSON.stringify([source, id])), event_type: type, timestamp: time };
  if (source === trackerSource && uuid === id && isFromTracker(input))
    return { event: { ...envelope, payload: input.data }, places: PLACES_FROM_TRACKER };
  // A UUID in upper case is kept as well, because the id of the event is in lower case.
  return { event: { ...envelope, payload: payloadOf(input, uuid === id ? undefined : id) }, places: PLACES };
}

/** True if a tracker can have returned the document for an event that was not submitted as a CloudEvent. */
function isFromTracker(input: JsonRecord): input is JsonRecord & { readonly data: JsonRecord } {
  return (
    isRecord(input.data) &&
    input.datacontenttype === JSON_MEDIA_TYPE &&
    Object.keys(input).every((name) => FROM_TRACKER.has(name))
  );
}

/** @param id the id of the CloudEvent, if the event does not have the same */
function payloadOf(input: JsonRecord, id: string | undefined): JsonRecord {
  const members = Object.entries(input).filter(
    ([name, value]) => !IN_ENVELOPE.has(name) && (value !== null || name === 'data'), // null means: not set
  );
  return Object.fromEntries(id === undefined ? members : [['id', id], ...members]);
}

/** Returns the first problem of a CloudEvent. The tracker itself checks type and time more closely. */
function findProblem(input: JsonRecord): ItemProblem | undefined {
  if (input.specversion !== '1.0')
    return { pointer: '/specversion', code: 'unsupported_specversion', detail: 'expected specversion "1.0"' };
  for (const name of REQUIRED) {
    if (!isSet(input[name])) return { pointer: `/${name}`, code: 'required', detail: `${name} is required` };
    if (!isText(input[name])) return expectedText(name);
  }
  for (const name of OPTIONAL) if (isSet(input[name]) && !isText(input[name])) return expectedText(name);
  return findExtensionProblem(input) ?? findDataProblem(input);
}

function findExtensionProblem(input: JsonRecord): ItemProblem | undefined {
  for (const [name, value] of Object.entries(input)) {
    if (MEMBERS.has(name)) continue;
    const pointer = toPointer([name]);
    if (!EXTENSION_NAME.test(name))
      return { pointer, code: 'invalid_attribute_name', detail: 'expected a name of lower-case letters and digits' };
    if (isSet(value) && typeof value !== 'string' && typeof value !== 'boolean' && !Number.isInteger(value))
      return {
        pointer,
        code: 'invalid_attribute',
        detail: 'expected text, a whole number, true or false; others belong into data',
      };
  }
  return undefined;
}

function findDataProblem({ data, data_base64 }: JsonRecord): ItemProblem | undefined {
  if (!isSet(data_base64)) return undefined;
  const pointer = '/data_base64';
  if (data !== undefined) return { pointer, code: 'second_data', detail: 'expected data or data_base64, not both' };
  if (typeof data_base64 === 'string' && BASE64.test(data_base64)) return undefined;
  return { pointer, code: 'invalid_data_base64', detail: 'expected base64 (RFC 4648, 4)' };
}

function expectedText(name: string): ItemProblem {
  return { pointer: `/${name}`, code: `invalid_${name}`, detail: `expected ${name} as text that is not empty` };
}
