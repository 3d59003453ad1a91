import type { JsonScalar } from './payload-condition.ts';
import { parseJsonString } from './payload-path.ts';

/*
 * How the value of a filter is written: a number, true, false, null, a JSON string in quotes, or bare text. Nobody should
 * have to know whether a service wrote 42 or "42": what is written bare means both.
 */

/** A value as written: the text it is as a string, and what else it may be. */
export interface Literal {
  readonly text: string;
  /** The number, boolean or null that bare text spells; absent for other text and for a JSON string. */
  readonly scalar?: number | boolean | null;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads one literal, or says in `problem` what is wrong. */
export function parseLiteral(source: string): Literal | { readonly problem: string } {
  if (source.startsWith('"')) {
    const text = parseJsonString(source);
    return text === undefined ? { problem: 'expected a JSON string from the first quote to the end' } : { text };
  }
  const word = WORDS.get(source);
  if (word !== undefined) return { text: source, scalar: word };
  return NUMBER.test(source) ? { text: source, scalar: Number(source) } : { text: source };
}

/** Reads literals separated by commas; one with a comma in it is written as a JSON string. */
export function parseLiterals(source: string): readonly Literal[] | { readonly problem: string } {
  const literals: Literal[] = [];
  for (let at = 0; at <= source.length; ) {
    const end = source[at] === '"' ? endOfQuoted(source, at) : endOfBare(source, at);
    if (end < source.length && source[end] !== ',') return { problem: `expected a comma at character ${end}` };
    const literal = parseLiteral(source.slice(at, end));
    if ('problem' in literal) return { problem: `${literal.problem}, at character ${at}` };
    literals.push(literal);
    at = end + 1;
  }
  return literals;
}

/** Everything that a literal can equal. */
export function scalarsOf({ text, scalar }: Literal): readonly JsonScalar[] {
  return scalar === undefined ? [text] : [scalar, text];
}

function endOfBare(source: string, at: number): number {
  const comma = source.indexOf(',', at);
  return comma === -1 ? source.length : comma;
}

function endOfQuoted(source: string, at: number): number {
  const quoted = /^"(?:[^"\\]|\\.)*"/.exec(source.slice(at))?.[0];
  return quoted === undefined ? source.length : at + quoted.length;
}
