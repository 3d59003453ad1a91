import { parseJsonText } from '@event-tracker/core';
import { createRequestError } from '../request-error.ts';
import { CHAR, endOfString } from './json-text.ts';

/** Where in the body a document stands: nothing to say, its index, or its index and line. */
export interface Place {
  readonly index?: number;
  readonly line?: number;
}

/** No event is nested as deep as this, alone or in an array; its payload has a stricter bound of its own. */
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

/**
 * Parses one JSON document. Its nesting is measured first: JSON.parse takes half a second for a million brackets.
 *
 * @throws RequestError malformed_json, naming the place
 */
export function parseJson(text: string, place: Place): unknown {
  if (text.length > HARMLESS_LENGTH && isNestedTooDeep(text))
    throw malformedJson(`nested deeper than ${MAX_JSON_DEPTH} levels`, place);
  try {
    return parseJsonText(text);
  } catch (cause) {
    throw malformedJson(explain(cause), place, cause);
  }
}

export function malformedJson(detail: string, place: Place, cause?: unknown): Error {
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
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `not JSON at character ${position}`;
  return message.includes('end of JSON input') ? 'not JSON: it ends too early' : 'not JSON';
}
