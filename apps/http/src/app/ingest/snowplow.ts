import { isEventTrackerError } from '@event-tracker/core';
import { createDocumentError, readSnowplowEvent, translateEach } from '@event-tracker/event-formats';
import { INGEST_SNOWPLOW, INGEST_SNOWPLOW_PIXEL, isRequestError, PIXEL, PROBLEMS } from '@event-tracker/http-contract';
import { findNestedItems } from '../../body/nested-items.ts';
import { decodeUtf8, parseEventText } from '../../body/parse-json.ts';
import { type ForeignCall, jsonReply, type ReadContext } from './foreign-call.ts';

/** Statuses after which a tracker sends the same request again without end. */
const RESENT: ReadonlySet<number> = new Set([409, 413, 415]);
const BASE64URL = /^[A-Za-z0-9_-]*$/;

function optionsOf({ deriveId, limits }: ReadContext) {
  return {
    deriveId,
    parseJson: (text: string): unknown => parseEventText(text, {}, limits.maxPayloadBytes),
    decodeBase64: (text: string): string => {
      if (!BASE64URL.test(text)) throw new Error('the text is not base64url');
      return decodeUtf8(Buffer.from(text, 'base64url'));
    },
  };
}

function toClientError(error: unknown): unknown {
  const isKnown = isRequestError(error) || isEventTrackerError(error);
  return isKnown && RESENT.has(PROBLEMS[error.code].status)
    ? createDocumentError('', error.code, error.message)
    : error;
}

export const SNOWPLOW: ForeignCall = {
  protocol: 'snowplow',
  operation: INGEST_SNOWPLOW,
  read: async (body, context) => {
    const { hasList, items } = await findNestedItems(decodeUtf8(body), ['data'], context.limits);
    if (!hasList) throw createDocumentError('/data', 'required', 'data is required');
    const options = optionsOf(context);
    return {
      isBatch: true,
      items: translateEach(items, ({ parse }) => readSnowplowEvent(parse(), options)),
      reply: () => jsonReply({}),
    };
  },
  toClientError,
};

export const SNOWPLOW_PIXEL: ForeignCall = {
  protocol: 'snowplow',
  operation: INGEST_SNOWPLOW_PIXEL,
  read: async (_, context) => {
    const members = [...context.parameters].map(([name, [value = '', second]]) => {
      if (second !== undefined) throw createDocumentError(`/${name.slice(0, 100)}`, 'repeated', 'expected once');
      return [name, value] as const;
    });
    return {
      isBatch: false,
      items: [readSnowplowEvent(Object.fromEntries(members), optionsOf(context))],
      reply: () => ({ contentType: 'image/gif', body: PIXEL }),
    };
  },
  toClientError,
};
