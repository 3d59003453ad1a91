import { createPayloadTooLargeError, parseExactJson } from '@event-tracker/core/schemas';
import { createRequestError, type EventPlace } from '@event-tracker/http-contract';
import { CHAR, endOfString } from './json-text.ts';

/** Greatest depth of nesting of a body. Payloads have a smaller limit. */
export const MAX_JSON_DEPTH = 64;
/** Up to this number of characters, JSON.parse is fast at any depth of nesting. */
const HARMLESS_LENGTH = 4_096;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes UTF-8 strictly, without a byte order mark at the start.
 *
 * @throws RequestError invalid_encoding
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw createRequestError('invalid_encoding', 'the body is not UTF-8', { cause });
  }
}

/** Characters that an event can have in addition to its payload. */
const ENVELOPE_LENGTH = 4_096;
/** Greatest number of characters of JSON for a byte of text: é has two bytes, and can be written as `\\u00e9`. */
const CHARACTERS_PER_BYTE = 3;

/**
 * Parses the JSON of one event. Checks its length and its depth first, because JSON.parse needs a second for a million members,
 * and half a second for a million brackets.
 *
 * @param maxPayloadBytes greatest size of a payload; a much longer text cannot be an event that is accepted
 * @throws PayloadTooLargeError, or RequestError malformed_json; both with the place of the event
 */
export function parseEventText(text: string, place: EventPlace, maxPayloadBytes: number): unknown {
  const maxLength = maxPayloadBytes * CHARACTERS_PER_BYTE + ENVELOPE_LENGTH;
  if (text.length > HARMLESS_LENGTH && isNestedTooDeep(text))
    throw malformedJson(`nested deeper than ${MAX_JSON_DEPTH} levels`, place);
  const length = text.length > maxLength ? text.trim().length : text.length; // white space around the event is allowed
  if (length > maxLength) throw eventTooLong(length, maxLength, place);
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw malformedJson(explain(cause, place), place, cause);
  }
}

function eventTooLong(length: number, maxLength: number, { index = 0 }: EventPlace): Error {
  const message = `an event has ${length} characters of JSON, at most ${maxLength} are allowed`;
  return createPayloadTooLargeError({ index, pointer: '', bytes: length, maxBytes: maxLength }, message);
}

export function malformedJson(detail: string, place: EventPlace, cause?: unknown): Error {
  return createRequestError('malformed_json', detail, {
    errors: [{ ...place, pointer: '', code: 'malformed_json', detail }],
    cause,
  });
}

function isNestedTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === CHAR.quote) i = endOfString(text, i);
    else if (code === CHAR.openArray || code === CHAR.openObject) depth++;
    else if (code === CHAR.closeArray || code === CHAR.closeObject) depth--;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}

/** Describes an error of JSON.parse without its quotation of the body. */
function explain(error: unknown, { line }: EventPlace): string {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined && message.includes('after JSON')) {
    if (line !== undefined)
      return `line ${line} has more than one JSON value; use --data-binary, because curl -d joins lines`;
    return `not JSON at character ${position}: something follows the value; send several events as an array, or as application/x-ndjson`;
  }
  if (position !== undefined) return `not JSON at character ${position}`;
  return message.includes('end of JSON input') ? 'not JSON: it ends too early' : 'not JSON';
}
