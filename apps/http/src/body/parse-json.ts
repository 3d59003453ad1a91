import { createPayloadTooLargeError, parseExactJson } from '@event-tracker/core/schemas';
import { createRequestError, type EventPlace } from '@event-tracker/http-contract';
import { CHAR, endOfString } from './json-text.ts';

/** No event is nested as deep as this, alone or in an array; a stricter bound applies to its payload. */
export const MAX_JSON_DEPTH = 64;
/** Up to this many characters JSON.parse is quick, however deep they are nested. */
const HARMLESS_LENGTH = 4_096;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes UTF-8 strictly; a byte order mark is taken off.
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
/** Characters that a byte of text may take: an e with an accent is two bytes, or `\\u00e9`. */
const CHARACTERS_PER_BYTE = 3;

/**
 * Parses the JSON of one event. How long and how deep it is, is looked at first: JSON.parse takes a second for a million
 * members, and half a second for a million brackets.
 *
 * @param maxPayloadBytes greatest size of a payload; text that is much longer holds no event that could be stored
 * @throws PayloadTooLargeError, or RequestError malformed_json; both name the place
 */
export function parseEventText(text: string, place: EventPlace, maxPayloadBytes: number): unknown {
  const maxLength = maxPayloadBytes * CHARACTERS_PER_BYTE + ENVELOPE_LENGTH;
  if (text.length > HARMLESS_LENGTH && isNestedTooDeep(text))
    throw malformedJson(`nested deeper than ${MAX_JSON_DEPTH} levels`, place);
  const length = text.length > maxLength ? text.trim().length : text.length; // white space around it is harmless
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

/** What JSON.parse has found, without the piece of the body that it quotes. */
function explain(error: unknown, { line }: EventPlace): string {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined && message.includes('after JSON')) {
    if (line !== undefined)
      return `line ${line} holds more than one JSON value; use --data-binary, because curl -d joins lines`;
    return `not JSON at character ${position}: something follows the value; send several events as an array, or as application/x-ndjson`;
  }
  if (position !== undefined) return `not JSON at character ${position}`;
  return message.includes('end of JSON input') ? 'not JSON: it ends too early' : 'not JSON';
}
