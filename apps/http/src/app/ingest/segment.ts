import {
  createDocumentError,
  isRecord,
  readSegmentKey,
  readSegmentMessage,
  translateEach,
} from '@event-tracker/event-formats';
import { INGEST_SEGMENT, SEGMENT_CALLS } from '@event-tracker/http-contract';
import { findNestedItems } from '../../body/nested-items.ts';
import { decodeUtf8, parseEventText } from '../../body/parse-json.ts';
import { type ForeignCall, jsonReply } from './foreign-call.ts';

const TYPES: ReadonlyMap<string, (typeof SEGMENT_CALLS)[keyof typeof SEGMENT_CALLS]> = new Map(
  Object.entries(SEGMENT_CALLS),
);

/** The last segment of the path names the call. */
const CALL = /\/(\w+)\/?$/;

const reply = () => jsonReply({ success: true });

export const SEGMENT: ForeignCall = {
  protocol: 'segment',
  operation: INGEST_SEGMENT,
  read: async (body, { c, deriveId, limits }) => {
    const text = decodeUtf8(body);
    const type = TYPES.get(CALL.exec(c.req.path)?.[1] ?? '');
    if (type !== undefined) {
      const message = parseEventText(text, {}, limits.maxPayloadBytes);
      return {
        isBatch: false,
        items: [readSegmentMessage(message, { deriveId, type })],
        key: isRecord(message) ? readSegmentKey(message) : undefined,
        reply,
      };
    }
    const { root, hasList, items } = await findNestedItems(text, ['batch'], limits);
    if (!hasList) throw createDocumentError('/batch', 'required', 'batch is required');
    return {
      isBatch: true,
      items: translateEach(items, ({ parse }) => readSegmentMessage(parse(), { deriveId, context: root.context })),
      key: readSegmentKey(root),
      reply,
    };
  },
};
