import { isExactNumber } from '../event/exact-number.ts';
import { isStorable, STORABLE_EXPECTED } from '../event/text.ts';
import type { JsonScalar } from './payload-condition.ts';
import { endOfJsonString, parseJsonString } from './payload-path.ts';

/*
 * How the value of a filter is written: a number, true, false, null, a JSON string in quotes, or bare text. Nobody should
 * have to know whether a service wrote 42 or "42": what is written bare means both.
 */

/** A value as written: the text it is as a string, and what else it may be. */
export interface Literal {
  readonly text: string;
  /** The number, boolean or null that bare text spells. */
  readonly scalar?: number | boolean | null;
  /** True if bare text spells a number that no payload can hold, because a double cannot hold it without change. */
  readonly isInexactNumber?: true;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Reads one literal.
 *
 * @param at where in the value it stands
 * @returns the literal, or in `problem` what is wrong and at which character, counted from 0
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
  // No -0, as in payloads.
  return isExactNumber(source) ? { text, scalar: Number(source) || 0 } : { text, isInexactNumber: true };
}

/** Reads literals separated by commas; one with a comma in it is written as a JSON string. */
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

/** Returns everything that a literal can equal: an inexact number equals no number, so only the string. */
export function scalarsOf({ text, scalar }: Literal): readonly JsonScalar[] {
  return scalar === undefined ? [text] : [scalar, text];
}

function endOfBare(source: string, at: number): number {
  const comma = source.indexOf(',', at);
  return comma === -1 ? source.length : comma;
}
