import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { PROBLEMS } from '@event-tracker/http-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Block, blocksIn, type Document, ROOT, readDocument, readDocuments } from '../support/documents.ts';
import { startInProcess } from '../support/start-in-process.ts';
import { startServer } from '../support/start-server.ts';

/* Every `sh` block of every document prints the next block, on a server with an empty store. */

/** The URL of the server in the commands, and its store in their output. */
const SHOWN_URL = 'http://127.0.0.1:8080';
const SHOWN_STORE = 'sqlite:./data/events.sqlite';
const KEYS = 'docs/operate/keys-and-limits.md';
/** The terminal tool, from a folder outside of the clone. */
const TOOL = `alias event-tracker='${process.execPath} ${process.env.TEST_PROGRAMS}/cli/dist/main.js'`;

/** Commands of npm cost more CPU time than what they run. A quick run runs it without npm. */
const [SHOWN_ALIAS = ''] = blocksIn('docs/cli.md', 'Set up', 'bash');
const PROGRAM = `node_modules/.bin/node ${process.env.TEST_PROGRAMS}/cli/dist/main.js`;
const KEY_PROGRAM = `node_modules/.bin/node ${process.env.TEST_PROGRAMS}/server/dist/make-key.js`;
const withoutNpm = (command: string): string =>
  IS_QUICK
    ? command.replaceAll('npm run --silent cli --', PROGRAM).replaceAll('npm run --silent key --', KEY_PROGRAM)
    : command;

const documents = readDocuments().filter(({ blocks }) => blocks.some(isCommand));

test('finds the documents with commands', () => {
  expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/http-api.md']));
});

describe.each(documents)('$path', (document) => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-documents-'));
  const store = `sqlite:${folder}/events.sqlite`;
  let server: { readonly url: string; stop(): Promise<unknown> };
  beforeAll(async () => {
    server = await (document.path === 'README.md'
      ? startByNpm(store)
      : startInProcess({ env: { EVENT_STORE: store } }));
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const shown = createNormaliser();
  const printed = createNormaliser();

  // In the order of the document, on one server, as a reader runs them.
  test.each(commandsOf(document))('$title', async ({ command, output }) => {
    expect(output?.language, 'the next block has the output').toMatch(/^(json|text)$/);
    const text = await runCommand(command, server.url);
    expect(printed(text.replaceAll(server.url, SHOWN_URL).replaceAll(store, SHOWN_STORE))).toEqual(
      shown(output?.text ?? ''),
    );
  });
});

test(`${KEYS}: the commands create, use and replace a key`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-documents-'));
  const file = join(folder, 'keys.txt');
  const [make, start, use] = blocksIn(KEYS, 'Keys', 'bash');
  const [made, used] = blocksIn(KEYS, 'Keys', 'text');
  const [replace] = blocksIn(KEYS, 'Replace a key', 'bash');
  const run = (command = '', url = SHOWN_URL): Promise<string> => runCommand(command.replaceAll('keys.txt', file), url);
  const useOf = (key: string): string => {
    expect(use).toContain('KEY=etk_…\n');
    return (use ?? '').replace('etk_…', key);
  };

  const key = keyIn(await run(make));
  expect(keyIn(made)).toHaveLength(key.length);
  expect(start).toBe('API_KEYS_FILE=keys.txt npm start\n');
  const server = await startServer({ env: { API_KEYS_FILE: file } });
  expect(createNormaliser()(await run(useOf(key), server.url))).toEqual(createNormaliser()(used ?? ''));

  expect(replace).toContain('kill -HUP PID\n');
  const newKey = keyIn(await run(replace?.replace('PID', String(server.process.pid))));
  await expect.poll(server.stdout).toContain('"SIGHUP: 2 keys from now on"');
  for (const one of [key, newKey])
    expect(createNormaliser()(await run(useOf(one), server.url))).toEqual(createNormaliser()(used ?? ''));
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('docs/follow.md: poll.sh prints every event once, whatever its timestamp', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-documents-'));
  const [script = ''] = blocksIn('docs/follow.md', 'Poll with a file that keeps the link', 'bash');
  const server = await startServer();
  const poll = (): Promise<string> => runCommand(`cd ${folder}\n${script}`, server.url);
  const submit = (timestamp: string): Promise<string> =>
    runCommand(
      `curl -sS --fail -o /dev/null ${SHOWN_URL}/events -H 'Content-Type: application/json' -d '{"event_type":"order","timestamp":"${timestamp}","payload":{}}'`,
      server.url,
    );
  await submit('2025-01-02T00:00:00Z');
  expect(await poll()).toContain('2025-01-02');
  expect(await poll()).toBe('');
  await submit('1999-01-01T00:00:00Z');
  expect(await poll()).toMatch(/^[^\n]*1999-01-01[^\n]*\n$/);
  const moreThanAPage = '{"event_type":"order","timestamp":"2025-01-03T00:00:00Z","payload":{}}\n'.repeat(1_001);
  const headers = { 'Content-Type': 'application/x-ndjson' };
  await fetch(`${server.url}/events`, { method: 'POST', headers, body: moreThanAPage });
  expect((await poll()).trimEnd().split('\n')).toHaveLength(1_001);
  expect(await poll()).toBe('');
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('docs/schemas.md: the commands lead from no schema to one that is enforced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-documents-'));
  const { blocks } = readDocument('docs/schemas.md');
  const [first, ...others] = blocks.filter(({ language }) => ['bash', 'text', 'json'].includes(language));
  // `schema check` ends with 1 if an event does not match.
  const run = (command = '', url = SHOWN_URL): Promise<string> =>
    runCommand(`${TOOL}\ncd ${folder}\n${command.replace(/^event-tracker schema check .*/m, '$& || [ $? = 1 ]')}`, url);
  await run(first?.text);
  expect(blocks).toContainEqual(
    expect.objectContaining({ language: 'console', text: 'SCHEMAS=./schemas npm start\n' }),
  );
  const server = await startServer({ env: { SCHEMAS: './schemas' }, folder });
  let reloads = 0;
  for (const [index, { language, text }] of others.entries()) {
    if (language !== 'bash') continue;
    const printed = await run(text.replace('PID', String(server.process.pid)), server.url);
    const output = others[index + 1];
    expect(createNormaliser()(printed)).toEqual(
      createNormaliser()(output?.language === 'bash' ? '' : (output?.text ?? '')),
    );
    if (!text.includes('kill -HUP')) continue;
    reloads++;
    await expect.poll(() => server.stdout().split('"SIGHUP: 1 schema from now on"').length - 1).toBe(reloads);
  }
  expect(reloads).toBe(4);
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('docs/operate/deploy.md and the Dockerfile have the same commands to build and run the image', () => {
  const [commands = ''] = blocksIn('docs/operate/deploy.md', 'In a container', 'bash');
  const lines = commands.trim().split('\n');
  expect(lines).toHaveLength(2);
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  for (const line of lines) expect(dockerfile).toContain(`#   ${line}\n`);
});

test('docs/http-api.md lists all problems by their status', () => {
  const listed = rowsUnder('Status', readDocument('docs/http-api.md')).flatMap(([statuses = '', codes = '']) =>
    [...codes.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => ({ code, statuses: statuses.split(', ') })),
  );
  expect(listed.map(({ code }) => code).sort()).toEqual(Object.keys(PROBLEMS).sort());
  for (const { code, statuses } of listed)
    expect(statuses).toContain(String(PROBLEMS[code as keyof typeof PROBLEMS].status));
});

function isCommand({ language }: Block): boolean {
  return language === 'sh';
}

/** Returns the commands of a document, each with its expected output: the next block. */
function commandsOf({ blocks }: Document) {
  return blocks.flatMap((block, index) => {
    const [title = ''] = block.text.split('\n', 1);
    return isCommand(block) ? [{ title, command: block.text, output: blocks[index + 1] }] : [];
  });
}

async function startByNpm(store: string) {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: { ...process.env, BIND_ADDRESS: '127.0.0.1:0', EVENT_STORE: store },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { url: await listeningUrl(child), stop };
}

async function listeningUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the output of the server is not piped');
  for await (const line of createInterface(stdout)) {
    const [, url] = /listens on (http:\/\/[^\s,]+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('npm start ended before the server was ready');
}

/** Returns the output of a command in a shell in the clone, while a server runs. */
async function runCommand(command: string, url: string): Promise<string> {
  const here = command.replaceAll(SHOWN_URL, url).replace('npm run demo', `npm run demo -- ${url}`);
  // Without the lines of npm, and with the server of the terminal tool.
  const env = { ...process.env, npm_config_loglevel: 'silent', EVENT_TRACKER_URL: url };
  const { stdout, stderr } = await promisify(execFile)('sh', ['-ec', withoutNpm(SHOWN_ALIAS + here)], {
    cwd: ROOT,
    env,
  });
  return stdout + stderr;
}

function keyIn(text = ''): string {
  const [, key] = /^The key of ci, shown this once: (etk_[\w-]+)$/m.exec(text) ?? [];
  if (key === undefined) throw new Error(`expected a key in: ${text}`);
  return key;
}

/**
 * Normalizes an output: replaces UUIDs by numbers in order of appearance, so that equal ids stay equal, and ignores the
 * layout of JSON.
 */
function createNormaliser(): (text: string) => readonly string[] {
  const uuids: string[] = [];
  const nameOf = (uuid: string): string => {
    if (!uuids.includes(uuid)) uuids.push(uuid);
    return `<uuid ${uuids.indexOf(uuid)}>`;
  };
  return (text) => {
    const named = text
      .replaceAll(/cursor=[\w-]+/g, 'cursor=<cursor>')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, nameOf);
    const json = parseJson(named);
    return json === undefined ? named.trimEnd().split(/\r?\n/) : [JSON.stringify(json)];
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the cells of the table whose first column has a title. */
function rowsUnder(title: string, { text }: Document): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
