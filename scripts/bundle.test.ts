import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runServer, type StartedServer, startServer } from '../apps/http/test/support/start-server.ts';
import { bundleServer } from './bundle.ts';

// Runs the bundle of the image without an image.

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
/** Other projects of the run may have bundled the server. */
const bundled = process.env.TEST_PROGRAMS;
const app = bundled ? join(bundled, 'server') : join(folder, 'app');
const MAIN = pathToFileURL(join(app, 'dist/main.js'));
const start = (eventStore: string): Promise<StartedServer> =>
  startServer({ entry: MAIN, env: { EVENT_STORE: eventStore }, folder });

beforeAll(async () => {
  if (!bundled) await bundleServer(app);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['memory:', 'sqlite:events.sqlite'])('the bundled server stores and returns events, %s', async (store) => {
  const server = await start(store);
  const event = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } };
  const headers = { 'Content-Type': 'application/json' };
  const submitted = await fetch(`${server.url}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(submitted.status).toBe(201);
  const found = await fetch(`${server.url}/events?payload.user_id=1`);
  expect(await found.json()).toEqual([await submitted.json()]);
  expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
});

test('the bundled server logs immediately why it cannot reach PostgreSQL', async () => {
  const server = runServer({ entry: MAIN, env: { EVENT_STORE: 'postgres://localhost:1/none' }, folder });
  await expect.poll(server.stdout).toMatch(/EVENT_STORE: waiting for the store: PostgreSQL: .*ECONNREFUSED/);
  server.process.kill('SIGKILL');
  await server.exit;
});

test('the bundled server serves the OpenAPI document and the docs page', async () => {
  const server = await start('memory:');
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../apps/http/package.json'), 'utf8'));
  expect(await (await fetch(`${server.url}/openapi.json`)).json()).toMatchObject({ info: { version } });
  for (const file of ['', '/page.js', '/swagger-ui.css', '/swagger-ui-bundle.js']) {
    expect((await fetch(`${server.url}/docs${file}`)).status, file).toBe(200);
  }
  await server.stop();
});

test('the bundle creates keys', () => {
  const args = [join(app, 'dist/make-key.js'), '--name', 'ci', '--scope', 'write'];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })).toMatch(
    /^ci write [0-9a-f]{64}\n$/,
  );
});
