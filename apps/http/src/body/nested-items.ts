import { createBatchTooLargeError } from '@event-tracker/core/schemas';
import { beginTimeSlice } from '@event-tracker/core/store';
import { createDocumentError, isRecord, type JsonRecord } from '@event-tracker/event-formats';
import { CHAR, endOfString, skipWhiteSpace } from './json-text.ts';
import { MAX_JSON_DEPTH, malformedJson, parseEventText } from './parse-json.ts';
import type { ReserveShared } from './shared-parts.ts';
import { splitArray } from './split-documents.ts';

/** An item of a document whose items are in lists within objects. */
interface NestedItem {
  /** Parses the item, which is then checked for the first time. */
  parse(): unknown;
  /** The objects that contain the item, from the outermost, each with its list empty. */
  readonly around: readonly JsonRecord[];
}

/** The items of a document, and the object that is the document, without them. */
export interface NestedItems {
  readonly root: JsonRecord;
  /** True if the outermost list is there. */
  readonly hasList: boolean;
  readonly items: readonly NestedItem[];
}

export interface NestedLimits {
  readonly maxPayloadBytes: number;
  readonly maxBatchEvents: number;
  readonly reserveShared: ReserveShared;
}

/** Number of characters between two looks at the clock. */
const CHARACTERS_PER_LOOK = 65_536;

/**
 * Finds the items of a JSON document, so that each can be parsed by itself: parsing all of them in one step would block all
 * other requests.
 *
 * @param path names of the members that are lists, from the outermost; the last list has the items. A missing list is empty
 * @throws RequestError malformed_json, InvalidEventError if something is not an object or a list, PayloadTooLargeError,
 * BatchTooLargeError, and the errors of `reserveShared`
 */
export async function findNestedItems(
  text: string,
  path: readonly string[],
  limits: NestedLimits,
): Promise<NestedItems> {
  const items: NestedItem[] = [];
  let root: JsonRecord = {};
  let hasList = false;
  await collect(text, path, [], 0, '');
  return { root, hasList, items };

  async function collect(
    part: string,
    [name, ...inner]: readonly string[],
    around: readonly JsonRecord[],
    aroundBytes: number,
    pointer: string,
  ): Promise<void> {
    if (name === undefined) {
      limits.reserveShared(aroundBytes);
      const index = items.length;
      items.push({ parse: () => parseEventText(part, { index }, limits.maxPayloadBytes), around });
      return;
    }
    const list = await findMember(part, name);
    const rest = list ? `${part.slice(0, list.start)}[]${part.slice(list.end)}` : part;
    const record = parseEventText(rest, {}, limits.maxPayloadBytes);
    if (!isRecord(record)) throw createDocumentError(pointer, 'not_an_object', 'expected an object');
    if (around.length === 0) {
      root = record;
      hasList = list !== undefined;
    }
    if (!list) return;
    const listText = part.slice(list.start, list.end);
    const place = `${pointer}/${name}`;
    if (listText.charCodeAt(skipWhiteSpace(listText, 0)) !== CHAR.openArray)
      throw createDocumentError(place, 'not_an_array', `expected ${name} as an array`);
    const { starts, ends } = await splitArray(listText);
    if (items.length + starts.length > limits.maxBatchEvents)
      throw createBatchTooLargeError({ events: items.length + starts.length, maxEvents: limits.maxBatchEvents });
    const bytes = aroundBytes + Buffer.byteLength(rest);
    for (const [index, start] of starts.entries())
      await collect(listText.slice(start, ends[index]), inner, [...around, record], bytes, `${place}/${index}`);
  }
}

/**
 * Finds the value of a member of a JSON object, the last of this name; `undefined` if there is none. Only strings, brackets,
 * colons and commas count; whether the text is JSON shows when the rest of it is parsed.
 */
async function findMember(text: string, name: string): Promise<{ start: number; end: number } | undefined> {
  const open = skipWhiteSpace(text, 0);
  if (text.charCodeAt(open) !== CHAR.openObject) return undefined;
  const slice = beginTimeSlice();
  let found: { start: number; end: number } | undefined;
  let depth = 0;
  let label = '';
  let valueStart = -1;
  let lookAt = open + CHARACTERS_PER_LOOK;
  for (let i = open + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === CHAR.quote) {
      const end = endOfString(text, i);
      if (depth === 0 && valueStart === -1) label = text.slice(i, end + 1);
      i = end;
    } else if (code === CHAR.openArray || code === CHAR.openObject) {
      if (++depth >= MAX_JSON_DEPTH) throw malformedJson(`nested deeper than ${MAX_JSON_DEPTH} levels`, {});
    } else if (depth > 0) {
      if (code === CHAR.closeArray || code === CHAR.closeObject) depth--;
    } else if (code === CHAR.colon && valueStart === -1) {
      valueStart = i + 1;
    } else if (code === CHAR.comma || code === CHAR.closeObject) {
      if (valueStart !== -1 && isLabel(label, name)) found = { start: valueStart, end: i };
      valueStart = -1;
      if (code === CHAR.closeObject) break;
    }
    if (i > lookAt) {
      lookAt = i + CHARACTERS_PER_LOOK;
      if (slice.isOver()) await slice.next();
    }
  }
  return found;
}

function isLabel(label: string, name: string): boolean {
  if (!label.includes('\\')) return label === `"${name}"`;
  try {
    return JSON.parse(label) === name;
  } catch {
    return false; // parsing the rest fails as well
  }
}
