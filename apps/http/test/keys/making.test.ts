import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { get } from '../support/client.ts';
import { bearer } from '../support/keys.ts';
import { startServer } from '../support/start-server.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Runs the program of `npm run key` with arguments. */
function makeKey(...args: readonly string[]) {
  const program = join(process.env.TEST_PROGRAMS ?? '', 'server/dist/make-key.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('npm run key', () => {
  test('creates a key, and the line with which the server accepts it', async () => {
    const command = ['run', '--silent', 'key', '--', '--name', 'ci', '--scope', 'read,write'];
    const { status, stdout, stderr } = spawnSync('npm', command, { cwd: ROOT, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ci read,write [0-9a-f]{64}\n$/);
    const [, secret = ''] = /^The key of ci, shown this once: (etk_[\w-]{43})\n$/.exec(stderr) ?? [];
    expect(stdout).not.toContain(secret);

    const server = await startServer({ env: { API_KEYS: stdout.trim() } });
    expect((await get(`${server.url}/events`, bearer({ secret }))).status).toBe(200);
    expect((await get(`${server.url}/events`, bearer({ secret: `${secret}x` }))).status).toBe(401);
    await server.stop();
  });

  test('creates a different key each time', () => {
    const [one, other] = [makeKey('--name=a', '--scope=read'), makeKey('--name=a', '--scope=read')];
    expect(other.stdout).not.toBe(one.stdout);
    expect(other.stderr).not.toBe(one.stderr);
  });

  test('accepts several scopes in both forms', () => {
    expect(makeKey('--name', 'a', '--scope', 'read', '--scope', 'write').stdout).toMatch(/^a read,write /);
  });

  test.each([
    [[], '--name is missing'],
    [['--name', 'ci'], '--scope is missing'],
    [['--name', '', '--scope', 'read'], 'expected a name of 1 to 64 letters, digits, dots, hyphens and underscores'],
    [['--name', 'a b', '--scope', 'read'], 'expected a name of 1 to 64 letters, digits, dots, hyphens and underscores'],
    [['--name', 'ci', '--scope', 'all'], 'expected scopes of read, write and admin, with commas between them'],
    [['--name', 'ci', '--scopes', 'read'], "Unknown option '--scopes'"],
    [['ci'], "Unexpected argument 'ci'"],
  ])('rejects %j with the problem and the usage', (args, complaint) => {
    const { status, stdout, stderr } = makeKey(...args);
    expect([status, stdout]).toEqual([1, '']);
    const [first, ...usage] = stderr.split('\n');
    expect(first).toContain(complaint);
    expect(usage).toEqual(['usage: npm run key -- --name NAME --scope SCOPE[,SCOPE], of read, write and admin', '']);
  });
});
