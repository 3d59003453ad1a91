import { beginTimeSlice } from '@event-tracker/core/store';
import { CHAR, endOfString, skipWhiteSpace } from './json-text.ts';
import { MAX_JSON_DEPTH, malformedJson } from './parse-json.ts';

/** The start and the end of each JSON document in the text of a batch. */
export interface Documents {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The line of each document, from 1; only for NDJSON. */
  readonly lines?: readonly number[];
}

/** The clock is read after this number of characters. */
const CHARACTERS_PER_LOOK = 65_536;

/** Finds the lines of NDJSON that are not blank. */
export async function splitLines(text: string): Promise<Documents> {
  const starts: number[] = [];
  const ends: number[] = [];
  const lines: number[] = [];
  const slice = beginTimeSlice();
  let lookAt = CHARACTERS_PER_LOOK;
  for (let line = 1, start = 0; start < text.length; line++) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    if (skipWhiteSpace(text, start, end) < end) {
      starts.push(start);
      ends.push(end);
      lines.push(line);
    }
    start = end + 1;
    if (start > lookAt) {
      lookAt = start + CHARACTERS_PER_LOOK;
      if (slice.isOver()) await slice.next();
    }
  }
  return { starts, ends, lines };
}

/**
 * Finds the elements of a JSON array, so that each can be parsed separately, because parsing the whole array would block all
 * other requests. Reads only strings, brackets and commas: invalid JSON in an element is detected when the element is parsed.
 *
 * @throws RequestError malformed_json if the array does not end, or is nested too deep
 */
export async function splitArray(text: string): Promise<Documents> {
  const starts: number[] = [];
  const ends: number[] = [];
  const slice = beginTimeSlice();
  let lookAt = CHARACTERS_PER_LOOK;
  const open = skipWhiteSpace(text, 0);
  let start = open + 1;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === CHAR.quote) {
      i = endOfString(text, i);
    } else if (code === CHAR.openArray || code === CHAR.openObject) {
      if (++depth >= MAX_JSON_DEPTH)
        throw malformedJson(`nested deeper than ${MAX_JSON_DEPTH} levels`, { index: starts.length });
    } else if (code === CHAR.comma && depth === 0) {
      starts.push(start);
      ends.push(i);
      start = i + 1;
    } else if (code === CHAR.closeArray || code === CHAR.closeObject) {
      if (depth-- === 0) return closeArray(text, i, start, starts, ends);
    }
    if (i > lookAt) {
      lookAt = i + CHARACTERS_PER_LOOK;
      if (slice.isOver()) await slice.next();
    }
  }
  throw malformedJson('not JSON: the array has no end', {});
}

function closeArray(text: string, end: number, start: number, starts: number[], ends: number[]): Documents {
  if (text.charCodeAt(end) !== CHAR.closeArray) throw malformedJson(`not JSON at character ${end}`, {});
  if (skipWhiteSpace(text, end + 1) < text.length)
    throw malformedJson(`not JSON at character ${end + 1}: something follows the array`, {});
  const isEmpty = starts.length === 0 && skipWhiteSpace(text, start, end) === end;
  if (!isEmpty) {
    starts.push(start);
    ends.push(end);
  }
  return { starts, ends };
}
