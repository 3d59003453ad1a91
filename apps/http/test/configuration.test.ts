import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { get } from './support/client.ts';
import { runServer, startServer } from './support/start-server.ts';

async function run(env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return runServer({ env }).exit;
}

describe('a server that cannot be what it is told to be', () => {
  test('says so in one line that names the setting, its value and what is expected, and exits with 1', async () => {
    expect(await run({ MAX_BODY_BYTES: '8MB' })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'MAX_BODY_BYTES=8MB: expected a whole number of at least 1\n',
    });
  });

  test('says so of each setting', async () => {
    const { code, stderr } = await run({ BIND_ADDRESS: '8080', EVENT_STORE: 'oracle:', RATE_LIMIT: 'few' });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^BIND_ADDRESS=8080: expected /),
      expect.stringMatching(/^EVENT_STORE=oracle:: expected /),
      expect.stringMatching(/^RATE_LIMIT=few: expected /),
      '',
    ]);
  });

  test('says so where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(await run({ BIND_ADDRESS: `127.0.0.1:${port}` })).toEqual({
      code: 1,
      stdout: '',
      stderr: `BIND_ADDRESS: port ${port} on 127.0.0.1 is in use\n`,
    });
    other.close();
  });

  test('says so where the address is not its own', async () => {
    const { code, stdout, stderr } = await run({ BIND_ADDRESS: '192.0.2.1:0' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^BIND_ADDRESS: [^\n]+\n$/);
  });
});

test('a setting that is empty counts as not set', async () => {
  const server = await startServer({ env: { BASE_PATH: '', MAX_BODY_BYTES: '', TRUST_PROXY_HOPS: '' } });
  expect((await get(`${server.url}/livez`)).status).toBe(200);
  expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
});
