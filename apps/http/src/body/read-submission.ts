import { createInvalidEventError, type EventInputs } from '@event-tracker/core';
import type { EventPlace, PlaceOf } from '@event-tracker/http-contract';
import type { HttpBindings } from '@hono/node-server';
import type { BodyShare } from './body-budget.ts';
import { CHAR, skipWhiteSpace } from './json-text.ts';
import { bodyFormatOf } from './media-type.ts';
import { decodeUtf8, parseEventText } from './parse-json.ts';
import { readBody } from './read-body.ts';
import { type Documents, splitArray, splitLines } from './split-documents.ts';

/** What a client submits: one event, or a batch of them. */
export interface Submission {
  readonly isBatch: boolean;
  /** The events, not yet checked; of a batch, each is parsed when it is asked for. */
  readonly inputs: EventInputs;
  /** Where in the body an event stands, for error messages. */
  readonly placeOf: PlaceOf;
}

/** How much a request may hold. */
export interface SubmissionLimits {
  readonly maxBodyBytes: number;
  readonly maxPayloadBytes: number;
}

/**
 * Reads the body of a request: media type, bytes, text, JSON, in this order.
 *
 * @throws RequestError unsupported_media_type, those of `readBody`, invalid_encoding, malformed_json; PayloadTooLargeError,
 * InvalidEventError
 */
export async function readSubmission(
  bindings: HttpBindings,
  { maxBodyBytes, maxPayloadBytes }: SubmissionLimits,
  share: BodyShare,
): Promise<Submission> {
  const format = bodyFormatOf(bindings.incoming.headers['content-type']);
  const text = decodeUtf8(await readBody(bindings, maxBodyBytes, share));
  if (format === 'ndjson') return batchOf(text, await splitLines(text), maxPayloadBytes);
  if (text.charCodeAt(skipWhiteSpace(text, 0)) === CHAR.openArray)
    return batchOf(text, await splitArray(text), maxPayloadBytes);
  return { isBatch: false, inputs: [parseEventText(text, {}, maxPayloadBytes)], placeOf: () => ({}) };
}

function batchOf(text: string, { starts, ends, lines }: Documents, maxPayloadBytes: number): Submission {
  if (starts.length === 0)
    throw createInvalidEventError({ problems: [], problemCount: 0, invalidEventCount: 0, eventCount: 0 });
  const placeOf = (index: number): EventPlace => {
    const line = lines?.[index];
    return line === undefined ? { index } : { index, line };
  };
  const inputs: EventInputs = {
    length: starts.length,
    *[Symbol.iterator]() {
      for (let index = 0; index < starts.length; index++)
        yield parseEventText(text.slice(starts[index], ends[index]), placeOf(index), maxPayloadBytes);
    },
  };
  return { isBatch: true, inputs, placeOf };
}
