import { describe, expect, test } from 'vitest';
import { runProgram } from './support/program.ts';
import { startServer } from './support/server.ts';

describe('key', () => {
  test('makes a key that a server with its line accepts, for its scopes alone', async () => {
    const { code, stdout, stderr } = await runProgram(['key', '--name', 'ci', '--scope', 'write,read']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ci write,read [0-9a-f]{64}\n$/);
    const [, key = ''] = /^The key of ci, shown this once: (etk_[\w-]{43})\n$/.exec(stderr) ?? [];
    const server = await startServer({ API_KEYS: stdout.trim() });
    const env = { EVENT_TRACKER_URL: server.url, EVENT_TRACKER_KEY: key };
    expect(await runProgram(['submit', 'login'], { env })).toMatchObject({ code: 0 });
    expect(await runProgram(['types'], { env })).toMatchObject({ code: 0 });
    expect(await runProgram(['delete', 'event_type=login'], { env })).toMatchObject({ code: 1 });
    expect(await server.stop()).toBe(0);
  });

  test.each([
    ['without a name', ['--scope', 'read']],
    ['with a space in its name', ['--name', 'a b', '--scope', 'read']],
    ['with an unknown scope', ['--name', 'ci', '--scope', 'all']],
  ])('refuses a key %s', async (_, args) => {
    expect(await runProgram(['key', ...args])).toMatchObject({ code: 2, stdout: '' });
  });
});
