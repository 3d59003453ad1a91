import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf, PROGRAM, runProgram, runShell, startProgram } from './support/program.ts';
import { startServer, type TestServer } from './support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-schema-'));
let server: TestServer;
let env: Readonly<Record<string, string>>;

/** Payloads of the logins, the oldest first. */
const LOGINS = [{ user_id: 1 }, { user_id: 2, plan: 'pro' }, { user_id: '3' }, {}];
const ORDERS = [{ items: [{ price: 1 }, { price: 2 }] }, { items: [{ price: 1 }, { price: 'x' }] }, {}];

beforeAll(async () => {
  server = await startServer();
  env = { EVENT_TRACKER_URL: server.url };
  await submit([
    ...LOGINS.map((payload, n) => ({ event_type: 'login', timestamp: `2025-01-0${n + 1}T12:00:00Z`, payload })),
    ...ORDERS.map((payload, n) => ({ event_type: `order.${n}`, timestamp: '2025-02-01T12:00:00Z', payload })),
  ]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  expect(await server.stop()).toBe(0);
});

async function submit(events: readonly object[]): Promise<void> {
  const response = await fetch(`${server.url}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(events),
  });
  expect(response.status).toBe(200);
}

function save(name: string, schema: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof schema === 'string' ? schema : JSON.stringify(schema));
  return path;
}

const LOGIN = { properties: { user_id: { type: 'integer' } }, required: ['user_id'] };

describe('schema check', () => {
  test('counts events by the place and the keyword at which they fail, with examples, the newest first', async () => {
    const { code, stdout, stderr } = await runProgram(['schema', 'check', save('login.json', LOGIN)], { env });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const id = expect.any(String);
    const pointer = '/payload/user_id';
    const missing = "must have required property 'user_id'";
    expect(linesOf(stdout)).toEqual([
      { schema: 'login.json', event_type: 'login', checked: 4, passing: 2, failing: 2 },
      {
        pointer,
        keyword: 'required',
        failing: 1,
        examples: [{ id, timestamp: '2025-01-04T12:00:00Z', pointer, message: missing }],
      },
      {
        pointer,
        keyword: 'type',
        failing: 1,
        examples: [{ id, timestamp: '2025-01-03T12:00:00Z', pointer, message: 'must be integer' }],
      },
    ]);
  });

  test('has a type, filters, bounds of time and a limit', async () => {
    const price = { properties: { price: { type: 'number' } } };
    const file = save('draft.json', { properties: { items: { items: price } } });
    const args = ['--event-type', 'order.*', 'payload.items[exists]=true', '--since', '2025-02-01', '--limit', '2'];
    const { stdout } = await runProgram(['schema', 'check', file, ...args], { env });
    expect(linesOf(stdout)).toMatchObject([
      { schema: 'draft.json', event_type: 'order.*', checked: 2, failing: 1 },
      { pointer: '/payload/items/*/price', examples: [{ pointer: '/payload/items/1/price' }] },
    ]);
  });

  test('prints tables on a terminal', async () => {
    const file = save('login.json', LOGIN);
    const { stdout } = await runShell(`script -qec "${PROGRAM.replaceAll("'", '')} schema check ${file}" /dev/null`, {
      env: { ...env, TERM: 'xterm', NO_COLOR: '1' },
    });
    const lines = stripVTControlCharacters(stdout).replaceAll('\r\n', '\n').split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/SCHEMA {6}EVENT_TYPE {2}CHECKED {2}PASSING {2}FAILING$/), // after the progress
      'login.json  login       4        2        2',
      '',
      'FAILING  POINTER           KEYWORD   MESSAGE',
      "1        /payload/user_id  required  must have required property 'user_id'",
      '1        /payload/user_id  type      must be integer',
      '',
      expect.stringMatching(/^EXAMPLE {31}TIMESTAMP {13}POINTER {11}MESSAGE$/),
      expect.stringMatching(/^[\da-f-]{36} {2}2025-01-04T12:00:00Z {2}\/payload\/user_id {2}must have required/),
      expect.stringMatching(/^[\da-f-]{36} {2}2025-01-03T12:00:00Z {2}\/payload\/user_id {2}must be integer$/),
      '',
    ]);
  });

  test('prints 20 places in a table, and the number of others', async () => {
    const timestamp = '2025-03-01T12:00:00Z';
    await submit(
      Array.from({ length: 25 }, (_, n) => ({ event_type: 'names', timestamp, payload: { [`m${n}`]: 'x' } })),
    );
    const file = save('names.json', { additionalProperties: { type: 'integer' } });
    const { code, stdout, stderr } = await runProgram(['schema', 'check', file, '--format', 'table'], { env });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'event-tracker: events fail at 5 more places; --format ndjson prints all\n',
    });
    expect(stdout.match(/^1 +\/payload\/m/gm)).toHaveLength(20);
  });

  test('reports that no event was checked', async () => {
    const { code, stderr } = await runProgram(['schema', 'check', save('logn.json', LOGIN)], { env });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'event-tracker: no event of the type logn matches, so nothing was checked\n',
    });
  });

  test.each<[string, unknown, string[], number, RegExp]>([
    [
      'an invalid schema',
      { typ: 'object' },
      [],
      2,
      /^event-tracker: a\.json: \/typ: unknown keyword, did you mean type/,
    ],
    ['a filter of types', true, ['event_type=b'], 2, /event_type: the type is already set, to a\n/],
    ['a wrong limit', true, ['--limit', '0'], 2, /expected a whole number from 1/],
    ['a server that is not there', true, ['--url', 'http://127.0.0.1:2'], 3, /cannot be reached/],
  ])('reports %s', async (_, schema, args, code, message) => {
    const result = await runProgram(['schema', 'check', save('a.json', schema), ...args], { env });
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('ends with 130 when it is interrupted', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const connected = once(silent, 'connection');
    const running = startProgram(['schema', 'check', save('login.json', LOGIN), '--url', url]);
    await connected;
    running.process.kill('SIGINT');
    expect(await running.result).toEqual({ code: 130, stdout: '', stderr: '' });
    silent.close();
  });
});

describe('schema infer', () => {
  test('proposes a schema, which the events match and a server accepts', async () => {
    const { code, stdout, stderr } = await runProgram(['schema', 'infer', 'login'], { env });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'event-tracker: read 4 events, from 2025-01-01T12:00:00Z to 2025-01-04T12:00:00Z\n',
    });
    expect(stdout).toBe(`{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "x-mode": "warn",
  "type": "object",
  "properties": {
    "plan": {
      "type": "string"
    },
    "user_id": {
      "type": ["integer", "string"]
    }
  }
}
`);
    const schemas = join(folder, 'schemas');
    mkdirSync(schemas);
    writeFileSync(join(schemas, 'login.json'), stdout);
    expect(await runProgram(['schema', 'check', join(schemas, 'login.json')], { env })).toMatchObject({ code: 0 });
    const accepting = await startServer({ SCHEMAS: schemas });
    expect(await (await fetch(`${accepting.url}/schemas/login`)).json()).toEqual(JSON.parse(stdout));
    expect(await accepting.stop()).toBe(0);
  });

  test('reads the newest events that match', async () => {
    const args = ['login', '--until', '2025-01-03', 'payload.user_id[exists]=true', '--limit', '2'];
    const { stdout, stderr } = await runProgram(['schema', 'infer', ...args], { env });
    expect(JSON.parse(stdout)).toMatchObject({ required: ['user_id'] });
    expect(stderr).toBe('event-tracker: read the newest 2 events, from 2025-01-02T12:00:00Z to 2025-01-03T12:00:00Z\n');
  });

  test.each<[string, string[], number, RegExp]>([
    ['a type without events', ['logn'], 1, /^event-tracker: no event of the type logn matches\n$/],
    ['quarantined events', ['quarantine.text'], 2, /quarantined events have no schema/],
  ])('refuses %s', async (_, args, code, message) => {
    const result = await runProgram(['schema', 'infer', ...args], { env });
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });
});
