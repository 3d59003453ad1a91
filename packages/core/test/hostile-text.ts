import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { cpuMs } from './cpu-time.ts';
import { isQuickRun } from './random.ts';

/** Characters of a hostile text, and bytes of a hostile message. */
export const HOSTILE_LENGTH: number = 64 * 1024;
/** Of CPU time, for one text. */
export const MAX_MS = 20;

/** Reads a text. A refusal, which throws, counts as well. */
export type Parser = (text: string) => unknown;

/** Texts on which patterns that try again and again take long. */
const PIECES = [
  ...['0', 'T', '2025-01-01T', ' ', '+', '-', '%', '%41', '%zz', ',', ';', ';q=0.5,', '=', ':', '::', '.', '/', '../'],
  ...[
    '\\',
    '\\"',
    '"',
    "'",
    '[',
    '{',
    '[]',
    '{"a":',
    '("',
    '*',
    'a=b&',
    '&',
    '\n',
    '\r\n',
    '\t',
    'W/"',
    'a="',
    '1e',
    '0.',
  ],
  ...['é', '\ud83d', '\ud83d\ude00', '\0', '%F0'],
];
const WRAPS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${text}x`,
  (text) => `"${text}"`,
  (text) => `2025-01-01T00:00:00${text} 01:00`,
  (text) => `Bearer ${text}!`,
  (text) => `a[${text}]`,
];

/** Yields hostile texts. @param pieces that are repeated, in addition to those for all parsers */
export function* hostileTexts(pieces: readonly string[] = []): Generator<string, void, void> {
  for (const piece of [...PIECES, ...pieces])
    for (const wrap of isQuickRun() ? WRAPS.slice(1, 2) : WRAPS) yield wrap(repeat(piece));
}

/** Repeats a text up to the length of a hostile text. */
export function repeat(piece: string): string {
  return piece.repeat(Math.ceil(HOSTILE_LENGTH / piece.length));
}

/** Expects that each input occupies a parser only briefly. */
export async function expectBrief<Input>(parse: (input: Input) => unknown, inputs: Iterable<Input>): Promise<void> {
  for (const input of inputs) {
    // The least of up to three runs with the same input: the compiler and the garbage collector only add to it.
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3 && best >= MAX_MS; run++) best = Math.min(best, await timeOf(parse, input));
    expect(best, `milliseconds for ${JSON.stringify(input)?.slice(0, 60)}…`).toBeLessThan(MAX_MS);
  }
}

/** Returns the CPU time of a parser in milliseconds. */
export async function timeOf<Input>(parse: (input: Input) => unknown, input: Input): Promise<number> {
  const begin = cpuMs();
  try {
    await parse(input);
  } catch {
    // Refused.
  }
  return cpuMs() - begin;
}

/** Functions whose first parameter is a text, or several. */
const EXPORTED =
  /^export (?:async )?function\*? (\w+)(?:<[^(]*>)?\(\s*\w+\??: (?:(?:readonly )?string|AsyncIterable<string>|Uint8Array|QueryParameters)\b/gm;

/** Returns the names of the functions that receive a text first and that files of this repository export. */
export function exportedParsers(globs: readonly string[]): readonly string[] {
  return globSync([...globs], { cwd: ROOT })
    .filter((file) => !/\.test(-d)?\.ts$/.test(file))
    .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(EXPORTED)].map(([, name = '']) => name));
}

const ROOT = resolve(import.meta.dirname, '../../..');
