import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PROBLEMS } from '@event-tracker/http-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from './support/start-server.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const OPERATING = readFileSync(join(ROOT, 'apps/http/README.md'), 'utf8');
/** Where the server stands in the commands, and its store in what they print. */
const README_URL = 'http://127.0.0.1:8080';
const README_STORE = 'sqlite:./data/events.sqlite';

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The section on keys: its commands are for a server of their own. */
const KEYS = /^## Keys\n[\s\S]*?(?=^## )/m.exec(OPERATING)?.[0] ?? '';

describe.each([
  ['README.md', README],
  ['apps/http/README.md', OPERATING.replace(KEYS, '')],
])('the commands of %s', (_, document) => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-readme-'));
  const store = `sqlite:${folder}/events.sqlite`;
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    server = spawn('npm', ['start', '--silent'], {
      cwd: ROOT,
      // The store that is the default, but an empty one.
      env: { ...process.env, BIND_ADDRESS: '127.0.0.1:0', EVENT_STORE: store },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await listeningUrl(server);
  }, 60_000);
  afterAll(async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true });
  });

  const inReadme = createNormaliser();
  const printed = createNormaliser();

  // One after the other on one server, as somebody would who reads from top to bottom.
  test.each(commandsOf(document))('$title', { timeout: 30_000 }, async ({ command, output }) => {
    expect(output?.language, 'the block behind says what is printed').toMatch(/^(json|text)$/);
    const text = await runCommand(command, url);
    expect(printed(text.replaceAll(url, README_URL).replaceAll(store, README_STORE))).toEqual(
      inReadme(output?.text ?? ''),
    );
  });
});

test('the commands of README for Docker are those of the Dockerfile', () => {
  const lines = blocksOf(README)
    .filter(isDocker)
    .flatMap(({ text }) => text.trim().split('\n'));
  expect(lines).toHaveLength(2);
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  for (const line of lines) expect(dockerfile).toContain(`#   ${line}\n`);
});

describe('the commands of apps/http/README.md on keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-readme-'));
  const file = join(folder, 'keys.txt');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('make a key, use it and replace it', { timeout: 30_000 }, async () => {
    const [make, printed, start, use, answered, replace] = blocksOf(KEYS).map(({ text }) => text);
    const run = (command = '', url = README_URL): Promise<string> =>
      runCommand(command.replaceAll('keys.txt', file), url);

    const useOf = (key: string): string => {
      expect(use).toContain('KEY=etk_…\n');
      return (use ?? '').replace('etk_…', key);
    };
    const KEY = keyIn(await run(make));
    expect(keyIn(printed)).toHaveLength(KEY.length);
    expect(start).toBe('API_KEYS_FILE=keys.txt npm start\n');
    const server = await startServer({ env: { API_KEYS_FILE: file } });
    expect(createNormaliser()(await run(useOf(KEY), server.url))).toEqual(createNormaliser()(answered ?? ''));

    expect(replace).toContain('kill -HUP PID\n');
    const NEW_KEY = keyIn(await run(replace?.replace('PID', String(server.process.pid))));
    await expect.poll(server.stdout).toContain('"SIGHUP: 2 keys from now on"');
    for (const key of [KEY, NEW_KEY])
      expect(createNormaliser()(await run(useOf(key), server.url))).toEqual(createNormaliser()(answered ?? ''));
    await server.stop();
  });

  function keyIn(text = ''): string {
    const [, key] = /^The key of ci, shown this once: (etk_[\w-]+)$/m.exec(text) ?? [];
    if (key === undefined) throw new Error(`expected a key in: ${text}`);
    return key;
  }
});

test('README lists all problems by their status', () => {
  const listed = rowsUnder('Status').flatMap(([statuses = '', codes = '']) =>
    [...codes.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => ({ code, statuses: statuses.split(', ') })),
  );
  expect(listed.map(({ code }) => code).sort()).toEqual(Object.keys(PROBLEMS).sort());
  for (const { code, statuses } of listed)
    expect(statuses).toContain(String(PROBLEMS[code as keyof typeof PROBLEMS].status));
});

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }));
}

/** The commands of a document, each with the block behind them, which is what they print. */
function commandsOf(document: string) {
  const blocks = blocksOf(document);
  return blocks.flatMap((block, index) => {
    const [title = ''] = block.text.split('\n', 1);
    const output = blocks[index + 1];
    return block.language === 'sh' && !isDocker(block) ? [{ title, command: block.text, output }] : [];
  });
}

function isDocker({ text }: Block): boolean {
  return text.startsWith('docker ');
}

/** Where a server listens, as it says when it is ready. */
async function listeningUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the output of the server is not piped');
  for await (const line of createInterface(stdout)) {
    const [, url] = /listens on (http:\/\/[^\s,]+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('npm start ended before the server was ready');
}

/** What a command prints when it is typed into a shell while the server runs at an address. */
async function runCommand(command: string, url: string): Promise<string> {
  const here = command.replaceAll(README_URL, url).replace('npm run demo', `npm run demo -- ${url}`);
  // Without npm's own lines.
  const env = { ...process.env, npm_config_loglevel: 'silent' };
  const { stdout, stderr } = await promisify(execFile)('sh', ['-ec', here], { cwd: ROOT, env });
  return stdout + stderr;
}

/**
 * Makes what a server prints comparable: UUIDs become numbers in the order in which they appear, so that the same is the
 * same everywhere; of JSON only the layout is dropped.
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

/** The cells of the table whose first column has this title. */
function rowsUnder(title: string): readonly (readonly string[])[] {
  const lines = README.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
