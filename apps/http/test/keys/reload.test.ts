import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { get } from '../support/client.ts';
import { isRefused } from '../support/connection.ts';
import { bearer, makeKey, type TestKey } from '../support/keys.ts';
import { logLinesOf } from '../support/log-lines.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';

const OLD = makeKey('ci', 'read', 'etk_old');
const NEW = makeKey('ci', 'read', 'etk_new');
const OF_SETTING = makeKey('dashboard', 'read', 'etk_dashboard');

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-keys-'));
const file = join(folder, 'keys.txt');
let server: StartedServer;
beforeAll(async () => {
  writeFileSync(file, OLD.line);
  server = await startServer({ env: { API_KEYS: OF_SETTING.line, API_KEYS_FILE: file } });
});
afterAll(async () => {
  expect(await server.stop()).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
});
beforeEach(() => reload(OLD.line));

async function statusesOf(...keys: readonly TestKey[]): Promise<readonly number[]> {
  const responses = await Promise.all(keys.map((key) => get(`${server.url}/events?limit=1`, bearer(key))));
  return responses.map(({ status }) => status);
}

function reload(text: string): Promise<string> {
  writeFileSync(file, text);
  return hangUp();
}

/** Makes a server read its keys again. Returns its log line. */
async function hangUp(to = server): Promise<string> {
  const before = repliesOf(to).length;
  to.process.kill('SIGHUP');
  await expect.poll(() => repliesOf(to).length, { interval: 5 }).toBe(before + 1);
  return repliesOf(to)[before] ?? '';
}

/** Returns the log lines about SIGHUP. */
function repliesOf({ stdout }: StartedServer): readonly string[] {
  const whole = stdout().slice(0, stdout().lastIndexOf('\n') + 1);
  return logLinesOf(whole).flatMap(({ msg }) => (msg.startsWith('SIGHUP') ? [msg] : []));
}

test('a key is replaced by another one with its name: first both work, then only the new one', async () => {
  expect(await statusesOf(OLD, NEW, OF_SETTING)).toEqual([200, 401, 200]);
  expect(await reload(`# until all have the new one\n${OLD.line}\n\n${NEW.line}\n`)).toBe('SIGHUP: 3 keys from now on');
  expect(await statusesOf(OLD, NEW, OF_SETTING)).toEqual([200, 200, 200]);
  expect(await reload(`${NEW.line}\n`)).toBe('SIGHUP: 2 keys from now on');
  expect(await statusesOf(OLD, NEW, OF_SETTING)).toEqual([401, 200, 200]);
});

test('a key that stays works during every reload', async () => {
  await reload(`${OLD.line}\n${NEW.line}`);
  let isOver = false;
  const reloads = (async () => {
    for (let i = 0; i < 20; i++) await reload(i % 2 ? `${OLD.line}\n${NEW.line}` : NEW.line);
    isOver = true;
  })();
  const statuses = new Set<number>();
  while (!isOver) for (const status of await statusesOf(NEW, OF_SETTING)) statuses.add(status);
  await reloads;
  expect(statuses).toEqual(new Set([200]));
});

test.each([
  ['has a bad line', `${NEW.line}\nci read ${NEW.secret}`, 'line 2: expected the SHA-256'],
  ['has a line that is cut', `${NEW.line}\n${OLD.line.slice(0, -1)}`, 'line 2: expected the SHA-256'],
  ['lists a key of the setting', `${NEW.line}\n${OF_SETTING.line}`, 'line 2: this key is listed already'],
  ['has no key left', '# none', 'expected at least one key'],
])('a file that %s changes nothing, and the server logs one line', async (_, text, complaint) => {
  const said = await reload(text);
  expect(said).toMatch(/^SIGHUP: .+; the previous keys stay valid$/);
  expect(said).toContain(`API_KEYS_FILE=${file}: ${complaint}`);
  expect(said).not.toContain(NEW.secret);
  expect(await statusesOf(OLD, NEW, OF_SETTING)).toEqual([200, 401, 200]);
});

test('a file that does not exist changes nothing', async () => {
  rmSync(file);
  expect(await hangUp()).toBe(
    `SIGHUP: API_KEYS_FILE=${file}: the file cannot be read (ENOENT); the previous keys stay valid`,
  );
  expect(await statusesOf(OLD, NEW, OF_SETTING)).toEqual([200, 401, 200]);
});

test('a server without keys logs that it has none, and keeps serving', async () => {
  const open = await startServer();
  expect(await hangUp(open)).toBe('SIGHUP: there are no keys to read again');
  expect((await get(`${open.url}/events`)).status).toBe(200);
  expect(await open.stop()).toMatchObject({ code: 0 });
});

// `script` of util-linux runs a command in a new terminal; that of macOS has other arguments.
test.skipIf(process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0).for([
  ['without keys', {}],
  ['with keys', { API_KEYS: OF_SETTING.line }],
] as const)('a server %s ends with the terminal that it was started in', async ([, env]) => {
  const { url, process } = await startServer({
    env,
    within: ['sh', '-c', 'exec script --quiet --command "exec $*" /dev/null', 'sh'],
  });
  process.kill('SIGKILL'); // the terminal, in which the server runs
  await expect.poll(() => isRefused(url)).toBe(true);
});
