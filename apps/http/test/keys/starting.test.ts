import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { get } from '../support/client.ts';
import { bearer, KEY } from '../support/keys.ts';
import { logLinesOf } from '../support/log-lines.ts';
import { startInProcess } from '../support/start-in-process.ts';
import { runServer } from '../support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('a start', () => {
  test('reads the keys of the setting and of the file, and logs their number', async () => {
    const file = fileOf('keys.txt', `# ours\n\n${KEY.write.line}\r\n${KEY.admin.line}`);
    const server = await startInProcess({ env: { API_KEYS: `${KEY.read.line};`, API_KEYS_FILE: file } });
    const statuses = Object.values(KEY).map(async (key) => (await get(`${server.url}/events`, bearer(key))).status);
    expect(await Promise.all(statuses)).toEqual([200, 403, 200]);
    const { stdout, complaints } = await server.stop();
    expect(logLinesOf(stdout)[1]?.msg).toMatch(/, no rate limit, 3 keys$/);
    expect(complaints).toEqual([]);
  });

  const BAD = `${KEY.read.line}\n\nci write ${KEY.write.secret}\n`;
  const bad = fileOf('bad.txt', BAD);
  const empty = fileOf('empty.txt', '');
  test.each<[string, Record<string, string>, string]>([
    [
      'a bad line',
      { API_KEYS_FILE: bad },
      `API_KEYS_FILE=${bad}: line 3: expected the SHA-256 of the key as 64 hexadecimal digits`,
    ],
    [
      'a bad entry',
      { API_KEYS: `${KEY.read.line};ci ${KEY.write.secret}` },
      'API_KEYS: entry 2: expected NAME SCOPE[,SCOPE] SHA256HEX',
    ],
    ['an empty file', { API_KEYS_FILE: empty }, `API_KEYS_FILE=${empty}: expected at least one key`],
    ['no file', { API_KEYS_FILE: './none' }, 'API_KEYS_FILE=./none: the file cannot be read (ENOENT)'],
    ['a folder', { API_KEYS_FILE: folder }, `API_KEYS_FILE=${folder}: the file cannot be read (EISDIR)`],
  ])('exits with 1 for %s, with a line that has the problem and its place', async (_, env, complaint) => {
    expect(await runServer({ env }).exit).toMatchObject({ code: 1, stdout: '', stderr: `${complaint}\n` });
  });
});

describe('a server without keys', () => {
  test('warns in one line if other machines can reach it', async () => {
    const open = await startInProcess({ env: { BIND_ADDRESS: '0.0.0.0:0' } });
    expect((await get(`${open.url}/events`)).text).toBe('[]\n');
    const { host } = new URL(open.url);
    expect(warningsIn((await open.stop()).stdout)).toEqual([
      `there are no keys: every client that reaches http://${host} can read and write all events; API_KEYS_FILE sets keys`,
    ]);
  });

  test.each(['127.0.0.1:0', 'localhost:0'])('does not warn if no other machine can reach it: %s', async (address) => {
    const open = await startInProcess({ env: { BIND_ADDRESS: address } });
    expect(warningsIn((await open.stop()).stdout)).toEqual([]);
  });

  test('does not warn with keys', async () => {
    const closed = await startInProcess({ env: { BIND_ADDRESS: '0.0.0.0:0', API_KEYS: KEY.read.line } });
    expect(warningsIn((await closed.stop()).stdout)).toEqual([]);
  });
});

function warningsIn(stdout: string): readonly string[] {
  return logLinesOf(stdout).flatMap(({ level, msg }) => (level === 'warn' ? [msg] : []));
}
