import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../apps/http/test/support/documents.ts';

/*
 * Names, comments, messages, test titles and documents use the ordinary words of the field, so that a reader who searches for
 * the ordinary word finds it. This test rejects the unusual words that the project once used in their place, in every tracked
 * file. Run it with `vitest run --config vitest.workspace.ts --project scripts scripts/plain-english.test.ts`.
 */

/** Files and folders that are not checked, each with the reason. */
const NOT_CHECKED: readonly (readonly [path: string, reason: string])[] = [
  ['scripts/plain-english.test.ts', 'lists the words'],
  ['CHANGELOG.md', 'has the sections of Keep a Changelog, such as Removed'],
  ['pnpm-lock.yaml', 'has the names of other packages'],
  ['packages/json-schema/test/suite/', 'the official tests of JSON Schema, unchanged'],
];

interface Entry {
  readonly word: RegExp;
  /** What to write instead. */
  readonly instead: string;
  /** A text that the entry must reject. */
  readonly example: string;
}

/** Words that must not come back. A name such as `isTold` counts as `is Told`. */
const REJECTED: readonly Entry[] = [
  { word: /\banswer(?:s|ed|ing)?\b/i, instead: 'response, result, return, respond', example: 'answers a ping' },
  { word: /\bremov(?:e|es|ed|ing|al|als)\b/i, instead: 'delete, deletion', example: 'const removedIds = 1;' },
  {
    word: /\b(?:is|are|was|were|unless|been) told\b/i,
    instead: 'receives; Default: …',
    example: 'unless told otherwise',
  },
  { word: /\b(?:tells|telling)\b/i, instead: 'returns, reports, shows', example: 'tells how many there are' },
  {
    word: /\b(?:whoever|(?:no|every|some|any)body)\b/i,
    instead: 'the client, the caller, no client',
    example: 'nobody',
  },
  { word: /\bbeside\b/i, instead: 'next to, in addition to', example: 'the file beside it' },
  { word: /\bmend(?:s|ed|ing)?\b/i, instead: 'fix', example: 'mends the index' },
  { word: /\bwork(?:s|ed|ing)? (?:it |them )?out\b/i, instead: 'compute', example: 'works it out' },
  { word: /\blearn(?:s|ed)? of\b/i, instead: 'detect', example: 'learns of the failure' },
  { word: /\bfor ever\b/i, instead: 'permanently', example: 'kept for\never' },
  { word: /\bat once\b/i, instead: 'immediately, concurrently, in one call', example: '// reads all at\n// once' },
  { word: /\bnow and then\b/i, instead: 'periodically', example: 'runs now and then' },
  { word: /\bof (?:its|their|his|her|your) own\b/i, instead: 'separate', example: 'a process of its own' },
  { word: /\bof ours\b/i, instead: 'our', example: 'a store of ours' },
  { word: /\bso (?:many|long a|few)\b/i, instead: 'a number of, a duration of', example: 'waits for so many events' },
  { word: /\bloss of power\b/i, instead: 'power loss', example: 'survives a loss of power' },
  { word: /\b(?:time )?of (?:the )?processor\b/i, instead: 'CPU time', example: 'ms of processor' },
  { word: /\bthere (?:has|have) to be\b/i, instead: 'is required, must', example: 'there has to be a key' },
  { word: /\bhas not (?:a|an|the|any)\b/i, instead: 'does not have', example: 'it has not the replicas' },
  { word: /\bquestions?\b(?! mark)/i, instead: 'query, request', example: 'PageQuestion' },
  { word: /\b(?:is|are|goes|go) away\b/i, instead: 'is unavailable, fails', example: 'the store is away' },
  { word: /\bunder way\b/i, instead: 'running, in progress', example: 'calls under way' },
  { word: /\bgo(?:es)? on\b/i, instead: 'continue', example: 'goes on where it was' },
  { word: /\bg(?:ive|ives|iven|ave) back\b/i, instead: 'return, release', example: 'gives back what it stored' },
  { word: /\bwithout a word\b/i, instead: 'without an error, without a message', example: 'stops without a word' },
  { word: /\bas (?:it|they) stands?\b/i, instead: 'unchanged, exactly', example: 'names as they stand' },
  {
    word: /\b(?:what is left|comes next|got in the way|last words)\b/i,
    instead: 'the plain name',
    example: 'whatIsLeft',
  },
  { word: /\b(?:hang-up|or-fail|flaws?)\b/i, instead: 'reload-signal, exit-on-error, errors', example: './hang-up.ts' },
];

/** Text that contains a rejected word for a reason. */
const EXCEPTIONS: readonly RegExp[] = [
  // Methods of the DOM.
  /\bremoveEventListener\b/g,
  /\bremoveItem\b/g,
  /\barea\.remove\b/g,
  // A method of prom-client.
  /\bgauge\.remove\b/g,
  // Methods of ajv.
  /\bajv\.removeKeyword\b/g,
  /\bajv\.removeSchema\b/g,
  // A setting of systemd.
  /\bRemoveIPC\b/g,
  // A member of PostgreSQL's EXPLAIN.
  /\bRows Removed by Filter\b/g,
];

interface Finding {
  readonly line: number;
  readonly text: string;
  readonly instead: string;
}

/** Returns the rejected words of a text. A phrase can extend over two lines of a comment. */
function findRejected(source: string): readonly Finding[] {
  const text = EXCEPTIONS.reduce((rest, exception) => rest.replaceAll(exception, ''), source)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ');
  return REJECTED.flatMap(({ word, instead }) => {
    const phrase = new RegExp(word.source.replaceAll(' ', String.raw`(?: |\s+(?:\*|//)?\s*)`), 'gi');
    return [...text.matchAll(phrase)].map((match) => ({
      line: text.slice(0, match.index).split('\n').length,
      text: match[0].replaceAll(/\s+(?:\*|\/\/)?\s*/g, ' '),
      instead,
    }));
  });
}

function listFiles(): readonly string[] {
  const arguments_ = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', arguments_, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return files.filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

function readChecked(): readonly (readonly [file: string, source: string])[] {
  return listFiles()
    .filter(isChecked)
    .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]);
}

function isChecked(file: string): boolean {
  return NOT_CHECKED.every(([path]) => !file.startsWith(path));
}

describe('plain English', () => {
  test.each(REJECTED)('rejects $example', ({ example, instead }) => {
    expect(findRejected(example).map((finding) => finding.instead)).toEqual([instead]);
  });

  test.each([
    ['const isTold = true;', 'is Told'],
    ['const MAX_REMOVED_EVENTS = 1;', 'REMOVED'],
    ['/**\n * Stores all events at\n * once.\n */', 'at once'],
  ])('rejects %j in names and comments', (source, text) => {
    expect(findRejected(source).map((finding) => finding.text)).toEqual([text]);
  });

  test.each([
    'signal.removeEventListener(abort)',
    'concurrently',
    'the result is a whole',
    'amendment',
    'besides',
    'the question mark',
  ])('accepts %j', (source) => {
    expect(findRejected(source)).toEqual([]);
  });

  test('is used in every tracked file', () => {
    const findings = readChecked().flatMap(([file, source]) =>
      findRejected(source).map(({ line, text, instead }) => `${file}:${line}: "${text}"; write: ${instead}`),
    );
    expect(findings).toEqual([]);
  });

  test('has no exception that no file needs', () => {
    const sources = readChecked();
    expect(EXCEPTIONS.filter((exception) => !sources.some(([, source]) => source.search(exception) >= 0))).toEqual([]);
  });

  test.each(NOT_CHECKED)('does not check %s, which exists and has rejected words: %s', (path) => {
    const findings = listFiles()
      .filter((file) => file.startsWith(path))
      .flatMap((file) => findRejected(readFileSync(join(ROOT, file), 'utf8')));
    expect(findings).not.toEqual([]);
  });
});
