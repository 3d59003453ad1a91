import type { EventInputs } from '@event-tracker/core/schemas';
import { createInvalidEventError, createUnreadableInput } from '@event-tracker/core/schemas';
import type { EventPlace, PlaceOf, SubmissionFormat } from '@event-tracker/http-contract';
import { isRequestError } from '@event-tracker/http-contract';
import type { HttpBindings } from '@hono/node-server';
import type { BodyShare } from './body-budget.ts';
import { CHAR, skipWhiteSpace } from './json-text.ts';
import { bodyFormatOf } from './media-type.ts';
import { decodeUtf8, malformedJson, parseEventText } from './parse-json.ts';
import { readBody } from './read-body.ts';
import { type Documents, splitArray, splitLines } from './split-documents.ts';

/** A submitted event, or a batch of events. */
export interface Submission {
  readonly isBatch: boolean;
  /** The events, not yet checked. An event of a batch is parsed when the iterator reaches it. */
  readonly inputs: EventInputs;
  /** Returns the place of an event in the body, for error messages. */
  readonly placeOf: PlaceOf;
}

/** Members in which clients of other APIs send events. */
const WRAPPER_NAMES: ReadonlySet<string> = new Set(['events', 'batch', 'data', 'items', 'records']);

/** The limits of a request. */
export interface SubmissionLimits {
  readonly maxBodyBytes: number;
  readonly maxPayloadBytes: number;
}

/** The client. */
export interface SubmissionSource {
  /** True if `text/plain` is read as JSON. */
  readonly acceptsText: boolean;
  /** If true, an event of a batch that is not JSON is an unreadable input, instead of an error. Default: false. */
  readonly isLenient?: boolean | undefined;
  /** The media types that are accepted, also those that are not read here. */
  readonly mediaTypes: readonly string[];
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
  { acceptsText, isLenient, mediaTypes }: SubmissionSource,
): Promise<Submission> {
  const { headers } = bindings.incoming;
  const format = bodyFormatOf(headers['content-type'], acceptsText, mediaTypes);
  const text = decodeUtf8(await readBody(bindings, maxBodyBytes, share));
  return readText(text, format, maxPayloadBytes, isLenient);
}

/** Reads events, or items of another format, from the text of a body. */
export async function readText(
  text: string,
  format: SubmissionFormat,
  maxPayloadBytes: number,
  isLenient = false,
): Promise<Submission> {
  const start = skipWhiteSpace(text, 0);
  if (start === text.length) throw malformedJson('the body is empty: expected an event', {});
  if (format === 'ndjson') return batchOf(text, await splitLines(text), maxPayloadBytes, isLenient);
  if (text.charCodeAt(start) === CHAR.openArray)
    return batchOf(text, await splitArray(text), maxPayloadBytes, isLenient);
  const input = parseEventText(text, {}, maxPayloadBytes);
  refuseWrappedArray(input);
  return { isBatch: false, inputs: Object.assign([input], { textOf: () => text }), placeOf: () => ({}) };
}

/** Rejects a batch that is wrapped in an object, as in other APIs, with a specific message. */
function refuseWrappedArray(input: unknown): void {
  if (typeof input !== 'object' || input === null || Object.hasOwn(input, 'event_type')) return;
  const name = Object.keys(input).find((key) => Array.isArray((input as Record<string, unknown>)[key]));
  if (name === undefined || !WRAPPER_NAMES.has(name)) return;
  const detail = `expected an event, or an array of events: send the array itself, without the object around "${name}"`;
  const problem = { index: 0, pointer: `/${name}`, code: 'wrapped_array', detail };
  throw createInvalidEventError({ problems: [problem], problemCount: 1, invalidEventCount: 1, eventCount: 1 });
}

function batchOf(
  text: string,
  { starts, ends, lines }: Documents,
  maxPayloadBytes: number,
  isLenient: boolean,
): Submission {
  if (starts.length === 0)
    throw createInvalidEventError({ problems: [], problemCount: 0, invalidEventCount: 0, eventCount: 0 });
  const placeOf = (index: number): EventPlace => {
    const line = lines?.[index];
    return line === undefined ? { index } : { index, line };
  };
  const parse = isLenient ? parseLeniently : parseEventText;
  const textOf = (index: number): string => text.slice(starts[index], ends[index]);
  const inputs: EventInputs = {
    length: starts.length,
    textOf,
    *[Symbol.iterator]() {
      for (let index = 0; index < starts.length; index++) yield parse(textOf(index), placeOf(index), maxPayloadBytes);
    },
  };
  return { isBatch: true, inputs, placeOf };
}

/** Works like `parseEventText`, but returns an unreadable input for text that is not JSON. */
function parseLeniently(text: string, place: EventPlace, maxPayloadBytes: number): unknown {
  try {
    return parseEventText(text, place, maxPayloadBytes);
  } catch (error) {
    if (!isRequestError(error) || error.code !== 'malformed_json') throw error;
    return createUnreadableInput({ problems: [{ pointer: '', code: error.code, detail: error.message }] });
  }
}
