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
  ['apps/http/test/', 'not rewritten yet'],
  ['packages/json-schema/test/suite/', 'the official tests of JSON Schema, unchanged'],
];

/** Words that must not come back, each with what to write instead. A name such as `isTold` counts as `is Told`. */
const REJECTED: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\banswer(?:s|ed|ing)?\b/i, 'response, result, return, respond'],
  [/\bremov(?:e|es|ed|ing|al|als)\b/i, 'delete, deletion'],
  [/\b(?:is|are|was|were|unless|been) told\b/i, 'receives; Default: …'],
  [/\b(?:tells|telling)\b/i, 'returns, reports, shows'],
  [/\b(?:whoever|nobody|everybody)\b/i, 'the client, the caller, no client'],
  [/\bbeside\b/i, 'next to, in addition to'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\bwork(?:s|ed|ing)? (?:it |them )?out\b/i, 'compute'],
  [/\bfor ever\b/i, 'permanently'],
  [/\bat once\b/i, 'immediately, concurrently, in one call'],
  [/\bnow and then\b/i, 'periodically'],
  [/\bof (?:its|their|his|her|your) own\b/i, 'separate'],
  [/\bso (?:many|long a|few)\b/i, 'a number of, a duration of'],
  [/\bloss of power\b/i, 'power loss'],
  [/\bthere (?:has|have) to be\b/i, 'is required, must'],
];

/** Text that contains a rejected word for a reason. */
const EXCEPTIONS: readonly RegExp[] = [
  // Names of the DOM and of Node.
  /\bremove(?:Event|All)?Listeners?\b/g,
  // A method of prom-client.
  /\bgauge\.remove\b/g,
  // Methods of ajv.
  /\bajv\.remove(?:Keyword|Schema)\b/g,
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
  return REJECTED.flatMap(([word, instead]) => {
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

function isChecked(file: string): boolean {
  return NOT_CHECKED.every(([path]) => !file.startsWith(path));
}

describe('plain English', () => {
  test.each([
    ['// nobody reads this', 'nobody'],
    ["test('answers a ping', () => {})", 'answers'],
    ['const removedIds = 1;', 'removed'],
    ['const isTold = true;', 'is Told'],
    ['const MAX_REMOVED_EVENTS = 1;', 'REMOVED'],
    ['/**\n * Stores all events at\n * once.\n */', 'at once'],
    ['// reads all at\n// once', 'at once'],
    ['kept for\never', 'for ever'],
  ])('rejects %j', (source, text) => {
    expect(findRejected(source).map((finding) => finding.text)).toEqual([text]);
  });

  test.each(['signal.removeEventListener(abort)', 'concurrently', 'the result is a whole', 'amendment', 'besides'])(
    'accepts %j',
    (source) => {
      expect(findRejected(source)).toEqual([]);
    },
  );

  test('is used in every tracked file', () => {
    const findings = listFiles()
      .filter(isChecked)
      .flatMap((file) =>
        findRejected(readFileSync(join(ROOT, file), 'utf8')).map(
          ({ line, text, instead }) => `${file}:${line}: "${text}"; write: ${instead}`,
        ),
      );
    expect(findings).toEqual([]);
  });

  test.each(NOT_CHECKED)('does not check %s, which exists and has rejected words: %s', (path) => {
    const findings = listFiles()
      .filter((file) => file.startsWith(path))
      .flatMap((file) => findRejected(readFileSync(join(ROOT, file), 'utf8')));
    expect(findings).not.toEqual([]);
  });
});
