import type { IncomingMessage } from 'node:http';
import {
  type BinaryBody,
  type CloudEventOptions,
  createDocumentError,
  readBinaryCloudEvent,
  readCloudEvent,
  translateEach,
  writeCloudEvent,
} from '@event-tracker/event-formats';
import { CLOUDEVENT_BATCH_MEDIA_TYPE, CLOUDEVENT_MEDIA_TYPE, type Representation } from '@event-tracker/http-contract';
import { createMediaTypeError, isUtf8, parseContentType } from '../../body/media-type.ts';
import { decodeUtf8, parseEventText } from '../../body/parse-json.ts';
import { readText } from '../../body/read-submission.ts';
import { negotiate } from '../../response/negotiate.ts';
import type { ForeignDocument } from './ingest.ts';

export interface CloudEventLimits {
  readonly maxPayloadBytes: number;
}

/** Matches every Content-Type of CloudEvents, and some others. */
const NAMES_CLOUD_EVENT = /cloudevents/i;

type ReadCloudEvents = (body: Buffer) => ForeignDocument | Promise<ForeignDocument>;

/**
 * Returns how to read a request with CloudEvents; `undefined` for every other request. The binary mode comes first, because
 * its Content-Type is that of the data.
 *
 * @throws RequestError unsupported_media_type if the charset is not UTF-8
 */
export function cloudEventsReaderOf(
  incoming: IncomingMessage,
  { maxPayloadBytes }: CloudEventLimits,
  options: CloudEventOptions,
): ReadCloudEvents | undefined {
  const { headers } = incoming;
  if (headers['ce-specversion'] !== undefined)
    return (body) => {
      const item = readBinaryCloudEvent(distinctHeadersOf(incoming), decodable(body, maxPayloadBytes), options);
      return { isBatch: false, items: [item] };
    };
  const field = headers['content-type'];
  if (field === undefined || !NAMES_CLOUD_EVENT.test(field)) return undefined; // before parsing, because every submit comes here
  const contentType = parseContentType(field);
  const { type } = contentType;
  if (type !== CLOUDEVENT_MEDIA_TYPE && type !== CLOUDEVENT_BATCH_MEDIA_TYPE) return undefined;
  if (!isUtf8(contentType)) throw createMediaTypeError(contentType, true, [type]);
  return (body) => readDocument(body, type === CLOUDEVENT_BATCH_MEDIA_TYPE, maxPayloadBytes, options);
}

/** @throws InvalidEventError if a batch is not an array, or one CloudEvent is */
async function readDocument(
  body: Buffer,
  expectsBatch: boolean,
  maxPayloadBytes: number,
  options: CloudEventOptions,
): Promise<ForeignDocument> {
  const { isBatch, inputs } = await readText(decodeUtf8(body), 'json', maxPayloadBytes);
  if (isBatch !== expectsBatch) {
    const detail = expectsBatch
      ? `expected an array of CloudEvents; one CloudEvent is ${CLOUDEVENT_MEDIA_TYPE}`
      : `expected one CloudEvent; an array is ${CLOUDEVENT_BATCH_MEDIA_TYPE}`;
    throw createDocumentError('', expectsBatch ? 'not_an_array' : 'not_an_object', detail);
  }
  return { isBatch, items: translateEach(inputs, (input) => readCloudEvent(input, options)) };
}

function decodable(body: Buffer, maxPayloadBytes: number): BinaryBody {
  return {
    isEmpty: body.length === 0,
    json: () => parseEventText(decodeUtf8(body), {}, maxPayloadBytes),
    text: () => decodeUtf8(body),
    base64: () => body.toString('base64'),
  };
}

/** Returns header fields by name: text, or a list of texts for a field that was sent repeatedly. */
function distinctHeadersOf({
  headersDistinct,
}: IncomingMessage): Record<string, string | readonly string[] | undefined> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.length === 1 ? values[0] : values]),
  );
}

/** Returns the representation of lists of events as a batch of CloudEvents. */
export function cloudEventsAsBatch(options: CloudEventOptions): Representation {
  return {
    contentType: CLOUDEVENT_BATCH_MEDIA_TYPE,
    head: '[',
    separator: ',',
    foot: ']\n',
    write: (event) => JSON.stringify(writeCloudEvent(event, options)),
  };
}

/** True if an Accept field prefers a CloudEvent to the event as it is. Every other field, even without a match, does not. */
export function prefersCloudEvent(accept: string | undefined): boolean {
  return (
    accept?.toLowerCase().includes(CLOUDEVENT_MEDIA_TYPE) === true &&
    negotiate(accept, ['application/json', CLOUDEVENT_MEDIA_TYPE]) === CLOUDEVENT_MEDIA_TYPE
  );
}
