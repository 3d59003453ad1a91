import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { blocksIn, ROOT, readDocuments } from '../support/documents.ts';
import { startDatabase } from '../support/start-database.ts';
import { startServer } from '../support/start-server.ts';

/* Every `ts` block of every document runs unchanged, and prints the output in its comments. */

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-snippets-'));
const [postgres, clickhouse] = await Promise.all([startDatabase('postgres'), startDatabase('clickhouse')]);
afterAll(async () => {
  await Promise.all([postgres.stop(), clickhouse.stop()]);
  rmSync(folder, { recursive: true });
});

/**
 * The database URLs of the documents, and those of the tests; undefined if this platform does not have the database.
 */
const DATABASES: Readonly<Record<string, string | undefined>> = {
  'postgres://postgres@localhost:5432/postgres': postgres.url,
  'clickhouse://default@localhost:8123': clickhouse.url,
};

/** The server that the snippets name. */
const SHOWN_URL = 'http://127.0.0.1:8080';

const documents = readDocuments().flatMap(({ path, blocks }) => {
  const snippets = blocks.filter(({ language, text }) => language === 'ts' && !isTestSuite(text));
  return snippets.length === 0
    ? []
    : [{ path, snippets: snippets.map(({ section, text }) => ({ title: section, snippet: text })) }];
});

test('finds the documents with snippets', () => {
  const paths = documents.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['docs/embed.md', 'packages/core/README.md']));
  expect(paths.length).toBeGreaterThan(5);
});

describe.each(documents)('$path', ({ snippets }) => {
  test.for(snippets)('$title', async ({ snippet }, { skip }) => {
    if (IS_QUICK && snippet !== snippets[0]?.snippet) return skip('a quick run has the first snippet of each document');
    const names = Object.keys(DATABASES).filter((name) => snippet.includes(name));
    if (names.some((name) => DATABASES[name] === undefined)) return skip('no such database for this platform');
    const here = names
      .reduce((text, name) => text.replaceAll(name, DATABASES[name] ?? ''), snippet)
      .replaceAll('./data', mkdtempSync(join(folder, 'data-')));
    const shown = [...snippet.matchAll(/console\.log\(.*\);(?: \/\/ (.+))?$/gm)].map(([, output]) => output);
    expect((await runWithServer(here)).split('\n').slice(0, -1)).toEqual(shown);
  });
});

test('embedding the tracker requires five lines', () => {
  const [snippet = ''] = blocksIn('docs/embed.md', 'Embed the tracker', 'ts');
  expect(snippet.split('\n').filter((line) => line !== '')).toHaveLength(5);
});

test('the package.json of docs/embed.md depends on what its first snippet imports', () => {
  const [snippet = ''] = blocksIn('docs/embed.md', 'Embed the tracker', 'ts');
  const [manifest = ''] = blocksIn('docs/embed.md', 'Use it in this workspace', 'json');
  const imported = [...snippet.matchAll(/ from '([^']+)'/g)].map(([, name]) => name);
  expect(Object.keys((JSON.parse(manifest) as { dependencies: object }).dependencies)).toEqual(imported);
});

/** A test suite requires vitest: see packages/event-store-conformance/test/readme.test.ts. */
function isTestSuite(snippet: string): boolean {
  return snippet.includes('@event-tracker/event-store-conformance');
}

/** What a snippet prints; one that names a server has one with an empty store. */
async function runWithServer(snippet: string): Promise<string> {
  if (!snippet.includes(SHOWN_URL)) return run(snippet);
  const server = await startServer();
  try {
    return await run(snippet.replaceAll(SHOWN_URL, server.url));
  } finally {
    await server.stop();
  }
}

/** Returns the output of a snippet in a package that depends on core and on every adapter. */
async function run(snippet: string): Promise<string> {
  const args = ['--conditions=x-src', '--input-type=module-typescript', '--eval', snippet];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(ROOT, 'apps/http') });
  return stdout;
}
