import { isExactNumber } from '../event/exact-number.ts';
import { isStorable, STORABLE_EXPECTED } from '../event/text.ts';
import type { JsonScalar } from './payload-condition.ts';
import { endOfJsonString, parseJsonString } from './payload-path.ts';

/*
 * The value of a filter is a number, true, false, null, a JSON string in quotes, or bare text. A bare value also matches the
 * string, so that clients need not know whether a service wrote 42 or "42".
 */

/** A parsed value: its text, and the scalar that bare text also represents. */
export interface Literal {
  readonly text: string;
  /** The number, boolean or null that bare text represents. */
  readonly scalar?: number | boolean | null;
  /** True if bare text is a number that a double cannot represent exactly, so that no payload contains it. */
  readonly isInexactNumber?: true;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Parses one literal.
 *
 * @param at index of the literal in the value
 * @returns the literal, or a `problem` that names the character, counted from 0
 */
export function parseLiteral(source: string, at = 0): Literal | { readonly problem: string } {
  const isQuoted = source.startsWith('"');
  const text = isQuoted ? parseJsonString(source) : source;
  if (text === undefined) return { problem: `expected a JSON string at character ${at} of the value` };
  if (!isStorable(text)) return { problem: `${STORABLE_EXPECTED} at character ${at} of the value` };
  if (isQuoted) return { text };
  const word = WORDS.get(source);
  if (word !== undefined) return { text, scalar: word };
  if (!NUMBER.test(source)) return { text };
  // Never -0, as in payloads.
  return isExactNumber(source) ? { text, scalar: Number(source) || 0 } : { text, isInexactNumber: true };
}

/** Parses literals separated by commas. A literal that contains a comma must be a JSON string. */
export function parseLiterals(source: string): readonly Literal[] | { readonly problem: string } {
  const literals: Literal[] = [];
  for (let at = 0; at <= source.length; ) {
    const end = source[at] === '"' ? endOfJsonString(source, at) : endOfBare(source, at);
    if (end < source.length && source[end] !== ',')
      return { problem: `expected a comma at character ${end} of the value` };
    const literal = parseLiteral(source.slice(at, end), at);
    if ('problem' in literal) return literal;
    literals.push(literal);
    at = end + 1;
  }
  return literals;
}

/** Returns the scalars that a literal equals. An inexact number equals only its text. */
export function scalarsOf({ text, scalar }: Literal): readonly JsonScalar[] {
  return scalar === undefined ? [text] : [scalar, text];
}

function endOfBare(source: string, at: number): number {
  const comma = source.indexOf(',', at);
  return comma === -1 ? source.length : comma;
}
