import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { linesOf, type Running, runProgram, startProgram, startSource } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-serve-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function waitForUrl({ stdout }: Running): Promise<string> {
  await expect.poll(stdout, { timeout: 30_000 }).toMatch(/listens on http:/);
  const [, url = ''] = /listens on (http:\/\/[^\s,]+)/.exec(stdout()) ?? [];
  return url;
}

describe('serve', () => {
  test('starts a server with the settings of its options and of the environment, until SIGTERM', async () => {
    const store = join(folder, 'events.sqlite');
    const keys = join(folder, 'keys.txt');
    const { stdout: line, stderr } = await runProgram(['key', '--name', 'me', '--scope', 'read,write']);
    writeFileSync(keys, line);
    const [, key = ''] = /(etk_\S+)/.exec(stderr) ?? [];

    const args = ['serve', '--port', '0', '--store', `sqlite:${store}`, '--keys-file', keys];
    const server = startSource(args, { env: { EVENT_STORE: 'memory:', BASE_PATH: '/tracker' } });
    const url = await waitForUrl(server);
    expect(url).toMatch(/\/tracker$/);
    const client = { env: { EVENT_TRACKER_URL: url, EVENT_TRACKER_KEY: key } };
    const submitted = await runProgram(['submit', 'login', '{"user_id":1}'], client);
    expect(submitted).toMatchObject({ code: 0, stderr: '' });
    expect((await runProgram(['query', 'payload.user_id=1'], client)).stdout).toBe(submitted.stdout);
    expect(await runProgram(['query', '--url', url])).toMatchObject({ code: 1, stderr: expect.stringMatching(/key/) });
    expect(existsSync(store)).toBe(true);

    server.process.kill('SIGTERM');
    const { code, stdout, stderr: complaints } = await server.result;
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    expect(linesOf(stdout).at(-1)).toMatchObject({ msg: 'stopped' });
  });

  test('ends with 0 on Ctrl-C, and continues when nothing reads its log', async () => {
    const server = startSource(['serve', '--port', '0', '--store', 'memory:']);
    const url = await waitForUrl(server);
    server.process.stdout.destroy();
    for (let i = 0; i < 3; i++) expect((await runProgram(['submit', 'login', '--url', url])).code).toBe(0);
    expect(await (await fetch(url, { headers: { Accept: 'text/html' } })).text()).toContain('<title>Event Tracker');
    server.process.kill('SIGINT');
    expect((await server.result).code).toBe(0);
  });

  test.each<[string, string[], Record<string, string>, number, RegExp]>([
    ['a setting that is not valid', ['--port', 'http'], {}, 1, /^PORT=http: expected a whole number/],
    [
      'a second port',
      ['--port', '1', '--bind', '127.0.0.1:2'],
      {},
      2,
      /--port 1: .*127\.0\.0\.1:2 .* has another port/,
    ],
    [
      'a port that the environment sets too',
      ['--port', '1'],
      { BIND_ADDRESS: '[::1]:2' },
      2,
      /\[::1\]:2 .*another port/,
    ],
    ['the key of a client', ['--key-file', 'key.txt'], {}, 2, /--keys-file has the keys that the server accepts/],
    ['the server of a client', ['--url', 'http://127.0.0.1:1'], {}, 2, /--port and --bind set where a server listens/],
    ['an unknown option', ['--prot', '1'], {}, 2, /unknown option '--prot'/],
  ])('refuses %s', async (_, args, env, code, message) => {
    const result = await startSource(['serve', ...args], { env }).result;
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('reports that the server is not installed', async () => {
    const stderr = 'event-tracker: the server is not installed; npm install @event-tracker/server installs it\n';
    expect(await startProgram(['serve']).result).toEqual({ code: 2, stdout: '', stderr });
  });
});
