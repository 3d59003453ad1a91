import { readForeignId } from '../foreign-id.ts';
import { isRecord, isSet, isText, type JsonRecord, omit } from '../json.ts';
import { type DeriveId, type Places, problemAt, type TranslatedItem, withSent } from '../translation.ts';

/** The calls of the Segment API, which are the types of messages. */
export const SEGMENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;

export type SegmentType = (typeof SEGMENT_TYPES)[number];

export interface SegmentOptions {
  readonly deriveId: DeriveId;
  /** Type of a message that was sent by itself, from its path. */
  readonly type?: SegmentType | undefined;
  /** `context` of the batch, which applies to each message. */
  readonly context?: unknown;
}

const NAMESPACE = '0b9e7f4c-3a56-4d0e-8f0b-5a1f7f3c9d02';
/** Members that differ when a client sends a message again, and the key. */
const LEFT_OUT: ReadonlySet<string> = new Set(['sentAt', '_metadata', 'writeKey']);

/** Translates a message of the Segment API, as the libraries of Segment, RudderStack and others send it. */
export function readSegmentMessage(input: unknown, options: SegmentOptions): TranslatedItem {
  return withSent(translateMessage(input, options), () => (isRecord(input) ? omit(input, LEFT_OUT) : input));
}

function translateMessage(input: unknown, { deriveId, type: fromPath, context }: SegmentOptions): TranslatedItem {
  if (!isRecord(input)) return problemAt('', 'not_an_object', 'expected a message, which is an object');
  const type = input.type ?? fromPath;
  if (!isSegmentType(type)) return problemAt('/type', 'invalid_type', `expected one of ${SEGMENT_TYPES.join(', ')}`);
  if (fromPath !== undefined && type !== fromPath)
    return problemAt('/type', 'other_type', `expected ${fromPath}, the type in the path`);
  const messageId = readForeignId(input.messageId, NAMESPACE, deriveId);
  if (!messageId) return problemAt('/messageId', 'invalid_messageId', 'expected text that is not empty');
  const timeMember = isSet(input.timestamp) ? 'timestamp' : 'originalTimestamp';
  if (!isSet(input[timeMember])) return problemAt('/timestamp', 'required', 'timestamp is required');
  const typeMember = type === 'track' ? 'event' : 'type';
  if (type === 'track' && !isSet(input.event)) return problemAt('/event', 'required', 'event is required');
  const places: Places = [
    ['/event_type', `/${typeMember}`],
    ['/timestamp', `/${timeMember}`],
    ['/payload', ''],
  ];
  const event = {
    ...(messageId.id !== undefined && { id: messageId.id }),
    event_type: type === 'track' ? input.event : type,
    timestamp: input[timeMember],
    payload: { type, ...omit(input, LEFT_OUT), ...contextOf(input, context) },
  };
  return { event, places };
}

/** Returns the key in the body of a request: that of the batch, or that of the message. */
export function readSegmentKey({ writeKey }: JsonRecord): string | undefined {
  return isText(writeKey) ? writeKey : undefined;
}

/** Adds the members of the batch's context that the message does not have. */
function contextOf({ context: own }: JsonRecord, ofBatch: unknown): JsonRecord {
  if (!isRecord(ofBatch)) return {};
  return { context: isRecord(own) ? { ...ofBatch, ...own } : (own ?? ofBatch) };
}

function isSegmentType(type: unknown): type is SegmentType {
  return SEGMENT_TYPES.some((known) => known === type);
}
