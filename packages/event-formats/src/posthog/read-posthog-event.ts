import { readForeignId } from '../foreign-id.ts';
import { isRecord, isSet, isText, type JsonRecord, omit } from '../json.ts';
import { type DeriveId, type Places, problemAt, type TranslatedItem, withSent } from '../translation.ts';

export interface PostHogOptions {
  readonly deriveId: DeriveId;
}

const NAMESPACE = '8d2b6a1e-94c7-4e53-a2d0-6c1e0f5b7a03';
const PLACES: Places = [
  ['/event_type', '/event'],
  ['/timestamp', '/timestamp'],
  ['/payload', ''],
];
/** Members that the event itself has, that differ when a client sends an event again, or that are the key. */
const LEFT_OUT: ReadonlySet<string> = new Set(['event', 'timestamp', 'uuid', 'sent_at', 'api_key', 'token']);
/** The library for browsers also sends the key as a property. */
const LEFT_OUT_OF_PROPERTIES: ReadonlySet<string> = new Set(['token']);

/** The members of these that the quarantine must not have either. */
const NOT_KEPT: ReadonlySet<string> = new Set(['sent_at', 'api_key', 'token']);

/** Translates an event of PostHog, from a batch or sent by itself. */
export function readPostHogEvent(input: unknown, options: PostHogOptions): TranslatedItem {
  return withSent(translateEvent(input, options), () => (isRecord(input) ? withoutKeys(input) : input));
}

function translateEvent(input: unknown, { deriveId }: PostHogOptions): TranslatedItem {
  if (!isRecord(input)) return problemAt('', 'not_an_object', 'expected an event, which is an object');
  for (const name of ['event', 'timestamp'])
    if (!isSet(input[name])) return problemAt(`/${name}`, 'required', `${name} is required`);
  const uuid = readForeignId(input.uuid, NAMESPACE, deriveId);
  if (!uuid) return problemAt('/uuid', 'invalid_uuid', 'expected text that is not empty');
  const { properties } = input;
  const event = {
    ...(uuid.id !== undefined && { id: uuid.id }),
    event_type: input.event,
    timestamp: input.timestamp,
    payload: {
      ...omit(input, LEFT_OUT),
      ...(uuid.id !== undefined && !uuid.isKept && { uuid: input.uuid }),
      ...(isRecord(properties) && { properties: omit(properties, LEFT_OUT_OF_PROPERTIES) }),
    },
  };
  return { event, places: PLACES };
}

function withoutKeys({ properties, ...input }: JsonRecord): JsonRecord {
  const kept = omit(input, NOT_KEPT);
  if (properties === undefined) return kept;
  return { ...kept, properties: isRecord(properties) ? omit(properties, LEFT_OUT_OF_PROPERTIES) : properties };
}

/** Returns the key in the body of a request: that of the batch, or that of an event. */
export function readPostHogKey({ api_key, token, properties }: JsonRecord): string | undefined {
  return [api_key, token, isRecord(properties) ? properties.token : undefined].find(isText);
}
