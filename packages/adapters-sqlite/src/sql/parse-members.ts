import type { JsonObject, JsonValue } from '@event-tracker/core';
import { parseJsonText } from '@event-tracker/core/store';

/** Parses the text of a payload, or enough of it. */
export type PayloadParser = (json: string) => JsonObject;

/** The first character of a name must not be one that can follow a string. */
const FINDABLE_NAME = /^[^,:}\]]/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACE = 0x7b;

/**
 * The text to parse, as SQL. Without a checksum, another program may have written it, in any spelling: the space before it
 * makes parsers parse all of it.
 */
export const PAYLOAD_TO_PARSE = "CASE WHEN payload_crc32 IS NULL THEN ' ' || payload ELSE payload END";

/** Parses all members. */
export const parseAllMembers: PayloadParser = (json) => parseJsonText(json) as JsonObject;

/**
 * Returns a parser of the members with some names, which needs a third of the time of parsing the text. Other members may be
 * missing from its results.
 *
 * This works because `JSON.stringify` has written the text: without spaces, each name with one spelling and once in an object.
 * A text that begins with a space, has an object in it, or an escape or an array as the value of a member, is parsed as a whole.
 */
export function createMemberParser(names: readonly string[]): PayloadParser {
  const members = [...new Set(names)].map((name) => ({ name, spelling: `${JSON.stringify(name)}:` }));
  if (members.some(({ name }) => !FINDABLE_NAME.test(name) || name === '__proto__')) return parseAllMembers;

  return (json) => {
    if (json.charCodeAt(0) !== BRACE || json.indexOf('{', 1) !== -1) return parseAllMembers(json);
    const found: Record<string, JsonValue> = {};
    for (const { name, spelling } of members) {
      const start = endOfName(json, spelling);
      if (start === -1) continue;
      const value = parseScalar(json, start);
      if (value === undefined) return parseAllMembers(json);
      found[name] = value;
    }
    return found;
  };
}

/** Returns the index after the name of a member and its colon, or -1. The text contains no object but itself. */
function endOfName(json: string, spelling: string): number {
  let at = json.indexOf(spelling);
  // Within a string, a quote has a backslash before it. The first quote does not end a string, because of FINDABLE_NAME.
  while (at !== -1 && json.charCodeAt(at - 1) === BACKSLASH) at = json.indexOf(spelling, at + 1);
  return at === -1 ? -1 : at + spelling.length;
}

/** Parses the scalar at an index. Returns undefined for an array and for a string with an escape. */
function parseScalar(json: string, start: number): JsonValue | undefined {
  const first = json.charCodeAt(start);
  if (first === BRACKET) return undefined;
  if (first === QUOTE) {
    const text = json.slice(start + 1, json.indexOf('"', start + 1));
    return text.includes('\\') ? undefined : text;
  }
  const comma = json.indexOf(',', start);
  const token = json.slice(start, comma === -1 ? json.length - 1 : comma);
  switch (token) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      return Number(token);
  }
}
