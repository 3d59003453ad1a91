/*
 * JSON Schema patterns are regular expressions of ECMAScript with the flag u, which can take exponential time. RE2 matches in
 * linear time, but has another syntax and gives some classes another meaning. This module translates the first into the second.
 */

/** White space and line terminators of ECMAScript (`\s`). RE2 knows only those of ASCII. */
const SPACES = String.raw`\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`;
/** All other characters (`\S`). */
const NOT_SPACES = String.raw`\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`;
const ANY = String.raw`\x{0}-\x{10ffff}`;
/** What `.` matches: all characters except line terminators. */
const DOT = String.raw`[^\n\r\x{2028}\x{2029}]`;

/** General categories that ECMAScript also knows by a long name. */
const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['Letter', 'L'],
  ['Lowercase_Letter', 'Ll'],
  ['Modifier_Letter', 'Lm'],
  ['Other_Letter', 'Lo'],
  ['Titlecase_Letter', 'Lt'],
  ['Uppercase_Letter', 'Lu'],
  ['Mark', 'M'],
  ['Number', 'N'],
  ['Decimal_Number', 'Nd'],
  ['Letter_Number', 'Nl'],
  ['Other_Number', 'No'],
  ['Punctuation', 'P'],
  ['Symbol', 'S'],
  ['Separator', 'Z'],
  ['Space_Separator', 'Zs'],
  ['Control', 'Cc'],
]);

const CATEGORY = /^(?:C[cfo]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
const SCRIPT = /^(?:Script|sc)=([A-Z][a-z]+(?:_[A-Z][a-z]+)*)$/;

/**
 * Translates a pattern of ECMAScript into the syntax of RE2.
 *
 * @throws an Error if the pattern is not valid, or RE2 cannot express it
 */
export function translatePattern(pattern: string): string {
  try {
    new RegExp(pattern, 'u'); // checks the syntax, and matches nothing
  } catch (cause) {
    throw new Error('not a regular expression of ECMAScript with the flag u', { cause });
  }
  let translated = '';
  for (let i = 0; i < pattern.length; ) {
    const token = readToken(pattern, i);
    translated += token.text;
    i = token.end;
  }
  return translated;
}

const COUNT = /\{(\d+)(?:,(\d*))?\}/y;

/**
 * Estimates the size of a valid pattern without compiling it: the number of its characters and classes, where a part in a counted
 * repetition, such as `a{1000}`, counts as often as it can be repeated. RE2 writes such a part out as often, which takes long.
 */
export function estimateSize(pattern: string): number {
  const outer: number[] = []; // sizes of the open groups, up to the group in them
  let size = 0; // of the innermost open group
  let last = 0; // of its last part
  for (let i = 0; i < pattern.length; ) {
    const { end } = readToken(pattern, i);
    COUNT.lastIndex = i;
    const [count, least = '', most = ''] = COUNT.exec(pattern) ?? [];
    if (count !== undefined) {
      const repeated = last * Number(most || least);
      size += repeated - last;
      last = repeated;
    } else if (pattern[i] === '(') {
      outer.push(size);
      size = 0;
    } else if (pattern[i] === ')') {
      last = size;
      size += outer.pop() ?? 0;
    } else {
      last = 1;
      size++;
    }
    i = count === undefined ? end : COUNT.lastIndex;
  }
  return size;
}

/** A part of a pattern in the syntax of RE2, and the index after it in the pattern. */
interface Token {
  readonly text: string;
  readonly end: number;
}

function readToken(pattern: string, i: number): Token {
  const next = { end: i + 1 };
  switch (pattern[i]) {
    case '\\':
      return readEscape(pattern, i, OUTSIDE);
    case '[':
      return readClass(pattern, i);
    case '(':
      return readGroup(pattern, i);
    case '.':
      return { text: DOT, ...next };
    case '^':
      return { text: String.raw`\A`, ...next };
    case '$':
      return { text: String.raw`\z`, ...next };
    default:
      return { text: pattern.charAt(i), ...next };
  }
}

function readGroup(pattern: string, i: number): Token {
  if (pattern[i + 1] !== '?') return { text: '(?:', end: i + 1 };
  if (pattern[i + 2] === ':') return { text: '(?:', end: i + 3 };
  const name = /^\(\?<[^=!>][^>]*>/.exec(pattern.slice(i))?.[0];
  if (name !== undefined) return { text: '(?:', end: i + name.length };
  throw new Error('lookahead, lookbehind and flags are not supported');
}

function readClass(pattern: string, start: number): Token {
  const isNegated = pattern[start + 1] === '^';
  let i = start + (isNegated ? 2 : 1);
  let members = '';
  while (pattern[i] !== ']') {
    const token =
      pattern[i] === '\\' ? readEscape(pattern, i, INSIDE) : { text: literalInClass(pattern.charAt(i)), end: i + 1 };
    members += token.text;
    i = token.end;
  }
  if (members === '') return { text: isNegated ? `[${ANY}]` : `[^${ANY}]`, end: i + 1 };
  return { text: `[${isNegated ? '^' : ''}${members}]`, end: i + 1 };
}

function literalInClass(character: string): string {
  return character === '[' ? String.raw`\[` : character;
}

/** The meaning of escapes that differ inside and outside of a class. */
interface Place {
  readonly spaces: string;
  readonly notSpaces: string;
  readonly b: string;
}

const OUTSIDE: Place = { spaces: `[${SPACES}]`, notSpaces: `[^${SPACES}]`, b: String.raw`\b` };
const INSIDE: Place = { spaces: SPACES, notSpaces: NOT_SPACES, b: String.raw`\x{8}` };

const CHARACTER =
  /\\(?:u\{([0-9A-Fa-f]+)\}|u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|c([A-Za-z])|(0))/y;
const PROPERTY = /\\([pP])\{([^}]*)\}/y;

function readEscape(pattern: string, i: number, place: Place): Token {
  const codePoint = readCodePoint(pattern, i);
  if (codePoint) return codePoint;
  PROPERTY.lastIndex = i;
  const property = PROPERTY.exec(pattern);
  if (property) return { text: `\\${property[1]}{${translateProperty(property[2] ?? '')}}`, end: PROPERTY.lastIndex };
  const end = i + 2;
  const character = pattern.charAt(i + 1);
  switch (character) {
    case 's':
      return { text: place.spaces, end };
    case 'S':
      return { text: place.notSpaces, end };
    case 'b':
      return { text: place.b, end };
    case 'k':
      throw new Error('references to groups are not supported');
    case '/':
      return { text: '/', end };
    default:
      if (/[1-9]/.test(character)) throw new Error('references to groups are not supported');
      return { text: `\\${character}`, end };
  }
}

/** Reads an escape that stands for one character. */
function readCodePoint(pattern: string, i: number): Token | undefined {
  CHARACTER.lastIndex = i;
  const match = CHARACTER.exec(pattern);
  if (!match) return undefined;
  const [, braced, high, low, unit, byte, control, zero] = match;
  const end = CHARACTER.lastIndex;
  if (high !== undefined && low !== undefined) {
    const pair = String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
    return { text: toEscape(pair.codePointAt(0) ?? 0), end };
  }
  if (control !== undefined) return { text: toEscape(control.charCodeAt(0) % 32), end };
  const codePoint = zero === undefined ? Number.parseInt(braced ?? unit ?? byte ?? '', 16) : 0;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) throw new Error('lone surrogates are not supported');
  return { text: toEscape(codePoint), end };
}

function toEscape(codePoint: number): string {
  return `\\x{${codePoint.toString(16)}}`;
}

function translateProperty(property: string): string {
  const name = property.replace(/^(?:General_Category|gc)=/, '');
  const category = CATEGORIES.get(name) ?? name;
  if (CATEGORY.test(category)) return category;
  const script = SCRIPT.exec(property)?.[1];
  if (script !== undefined) return script;
  throw new Error(`\\p{${property}} is not supported: only general categories and scripts are`);
}
