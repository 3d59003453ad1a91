import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf, PROGRAM, type Result, runProgram, runShell, startProgram, startShell } from './support/program.ts';
import { startServer, type TestServer } from './support/server.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const KEYS = { read: 'etk_read', write: 'etk_write', admin: 'etk_admin' } as const;
// Not port 9: fetch refuses it without a connection.
const NOTHING_LISTENS = 'http://127.0.0.1:2';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-cli-'));
const keyFile = join(folder, 'admin.txt');
let server: TestServer;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const lines = Object.entries(KEYS).map(
    ([scope, key]) => `${scope} ${scope} ${createHash('sha256').update(key).digest('hex')}`,
  );
  server = await startServer({ API_KEYS: lines.join(';') });
  writeFileSync(keyFile, `${KEYS.admin}\n`);
  env = { EVENT_TRACKER_URL: server.url, EVENT_TRACKER_KEY: KEYS.admin };
  for (const n of [1, 2, 3])
    await succeed('submit', 'login', `{"user_id":${n}}`, '--timestamp', `2025-01-0${n}T12:00:00Z`);
  await succeed('submit', 'order.paid', '{"amount":12.5}', '--timestamp', '2025-01-04T12:00:00Z');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  expect(await server.stop()).toBe(0);
});

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(args, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('submit', () => {
  test('prints the event as stored, also a second time', async () => {
    const args = ['submit', 'signup', '{"plan":"pro"}', '--id', ID, '--timestamp', '2025-02-01T13:00:00+01:00'];
    const event = `{"id":"${ID}","event_type":"signup","timestamp":"2025-02-01T12:00:00Z","payload":{"plan":"pro"}}\n`;
    expect(await succeed(...args)).toBe(event);
    expect(await succeed(...args)).toBe(event);
  });

  test('has the current time, an empty payload and a new id by default', async () => {
    const [event] = linesOf(await succeed('submit', 'ping')) as [{ id: string; timestamp: string; payload: object }];
    expect(event.payload).toEqual({});
    expect(Math.abs(Date.parse(event.timestamp) - Date.now())).toBeLessThan(30_000);
  });

  test('reads the payload from standard input', async () => {
    const { stdout } = await runProgram(['submit', 'piped', '-'], { env, input: '{"a":[1]}\n' });
    expect(linesOf(stdout)).toMatchObject([{ event_type: 'piped', payload: { a: [1] } }]);
  });

  test.each<[string, string[], number, RegExp]>([
    ['a payload that is not JSON', ['login', '{user:1}'], 2, /^event-tracker: the payload is not JSON: /],
    ['a payload that is no object', ['login', '[]'], 1, /^event-tracker: \/payload: /],
    ['a number that would be changed', ['login', '{"n":9007199254740993}'], 1, /\/payload\/n: /],
    ['a timestamp without a zone', ['login', '{}', '--timestamp', '2025-01-01T12:00:00'], 1, /\/timestamp: /],
  ])('refuses %s', async (_, args, code, message) => {
    const result = await runProgram(['submit', ...args], { env });
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('refuses other content for a stored id', async () => {
    const { id } = JSON.parse(await succeed('submit', 'signup')) as { id: string };
    expect(await runProgram(['submit', 'other', '--id', id], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/belong to events with other content/),
    });
  });
});

describe('query', () => {
  test('prints matching events as NDJSON, the oldest first', async () => {
    expect(linesOf(await succeed('query', 'event_type=login', 'payload.user_id[gte]=2'))).toMatchObject([
      { payload: { user_id: 2 } },
      { payload: { user_id: 3 } },
    ]);
  });

  test('has an order, a limit and bounds of time', async () => {
    expect(
      linesOf(await succeed('query', '--until', '2025-01-03', '--order', 'desc', '--limit', '1', 'event_type=login')),
    ).toMatchObject([{ payload: { user_id: 3 } }]);
    expect(await succeed('query', '--since', '0s')).toBe('');
  });

  test('prints a table on request', async () => {
    const [header, row] = (await succeed('query', 'event_type=order.paid', '--format', 'table')).split('\n');
    expect(header).toMatch(/^TIMESTAMP {12} EVENT_TYPE {2}ID {34} {2}PAYLOAD$/);
    expect(row).toMatch(/^2025-01-04T12:00:00Z {2}order\.paid {2}[\da-f-]{36} {2}\{"amount":12\.5\}$/);
  });

  test('prints a table on a terminal, without colors if NO_COLOR is set', async () => {
    const onTerminal = (settings: object) =>
      runShell(`script -qec "${PROGRAM.replaceAll("'", '')} query event_type=order.paid" /dev/null`, {
        env: { ...env, TERM: 'xterm', ...settings },
      });
    expect((await onTerminal({})).stdout.startsWith('\u001b[1mTIMESTAMP')).toBe(true);
    expect((await onTerminal({ NO_COLOR: '1' })).stdout).toMatch(/^TIMESTAMP/);
  });

  test('reports on a terminal that no event matches', async () => {
    const command = `${PROGRAM.replaceAll("'", '')} query event_type=nothing`;
    const { stdout } = await runShell(`script -qec "${command}" /dev/null`, { env: { ...env, TERM: 'xterm' } });
    expect(stdout).toBe('event-tracker: no event matches\r\n');
    expect(await succeed('query', 'event_type=nothing')).toBe('');
  });
});

describe('stats and types', () => {
  test('count events by group and interval', async () => {
    expect(await succeed('stats', 'event_type=login')).toBe('{"bucket":null,"group":null,"value":3}\n');
    expect(
      await succeed('stats', 'event_type[prefix]=order.', '--metric', 'sum:payload.amount', '--group-by', 'event_type'),
    ).toBe('{"bucket":null,"group":"order.paid","value":12.5}\n');
    expect(
      await succeed('stats', 'event_type=login', '--interval', '1d', '--time-zone', 'Asia/Tokyo', '--format', 'table'),
    ).toContain(
      'BUCKET                     VALUE\n2025-01-01T00:00:00+09:00      1\n2025-01-02T00:00:00+09:00      1\n',
    );
  });

  test('list the event types', async () => {
    expect(linesOf(await succeed('types'))).toContainEqual({
      event_type: 'login',
      count: 3,
      first: '2025-01-01T12:00:00Z',
      last: '2025-01-03T12:00:00Z',
    });
  });
});

describe('export', () => {
  test('writes every event with every member', async () => {
    const events = linesOf(await succeed('export', '--until', '2025-01-31'));
    expect(events).toHaveLength(4);
    expect(events).toEqual(linesOf(await succeed('query', '--until', '2025-01-31')));
  });
});

describe('delete', () => {
  test('counts with --dry-run, and deletes without it', async () => {
    await succeed('submit', 'debug');
    expect(await succeed('delete', '--dry-run', 'event_type=debug')).toBe('{"matched":1}\n');
    expect(await succeed('delete', 'event_type=debug')).toBe('{"deleted":1}\n');
    expect(await succeed('query', 'event_type=debug')).toBe('');
  });

  test('requires a filter', async () => {
    expect(await runProgram(['delete'], { env })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/filter/),
    });
  });
});

describe('tail', () => {
  test('prints new events that match until it is interrupted', async () => {
    const running = startProgram(['tail', '--after', 'start', 'event_type=watched'], { env });
    await succeed('submit', 'watched', '{"n":1}');
    await succeed('submit', 'ignored');
    await succeed('submit', 'watched', '{"n":2}');
    await expect.poll(() => linesOf(running.stdout())).toMatchObject([{ payload: { n: 1 } }, { payload: { n: 2 } }]);
    running.process.kill('SIGINT');
    expect(await running.result).toMatchObject({ code: 130, stderr: '' });
  });

  test('reports on a terminal that it waits', async () => {
    const running = startShell(`script -qec "${PROGRAM.replaceAll("'", '')} tail" /dev/null`, { env });
    await expect.poll(running.stdout).toBe('event-tracker: waits for events; Ctrl-C ends it\r\n');
    running.process.kill('SIGTERM');
    await running.result;
  });

  test('ends when the program that reads its output has ended, also without another event', async () => {
    await succeed('submit', 'single');
    const command = `${PROGRAM} tail --after start event_type=single | head -1; echo "\${PIPESTATUS[@]}"`;
    const { stdout, stderr } = await runShell(command, { env });
    expect(stdout).toMatch(/^\{.*"single".*\}\n0 0\n$/);
    expect(stderr).toBe('');
  });
});

describe('the program', () => {
  test('ends with 0 if the reader of its output ends early', async () => {
    const command = `${PROGRAM} query | true; echo "\${PIPESTATUS[@]}"`;
    expect(await runShell(command, { env })).toEqual({ code: 0, stdout: '0 0\n', stderr: '' });
  });

  test('reads the key from a file, which wins over the environment', async () => {
    const result = await runProgram(['types', '--key-file', keyFile], {
      env: { EVENT_TRACKER_URL: server.url, EVENT_TRACKER_KEY: 'wrong' },
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  test('accepts --url before and after the command', async () => {
    for (const args of [
      ['--url', server.url, 'types'],
      ['types', '--url', server.url],
    ])
      expect(await runProgram(args, { env: { EVENT_TRACKER_KEY: KEYS.read } })).toMatchObject({ code: 0, stderr: '' });
  });

  test.each<[string, string[], object, number, RegExp]>([
    [
      'a missing key',
      ['types'],
      { EVENT_TRACKER_KEY: '' },
      1,
      /a key is required.*\n\(--help shows how to set the key\)\n$/,
    ],
    [
      'a wrong key',
      ['types'],
      { EVENT_TRACKER_KEY: 'wrong' },
      1,
      /no such key.*\n\(--help shows how to set the key\)\n$/,
    ],
    ['a key without the scope', ['delete', 'event_type=a'], { EVENT_TRACKER_KEY: KEYS.read }, 1, /admin/],
    ['an unknown filter', ['query', 'type=login'], {}, 2, /type: unknown parameter, did you mean event_type\?/],
    ['an argument that is no filter', ['query', 'login'], {}, 2, /login: expected a filter NAME=VALUE/],
    ['a metric that is no option', ['stats', 'p50:payload.ms'], {}, 2, /p50:payload\.ms: .* --metric p50:payload\.ms/],
    ['an unknown option', ['query', '--orderby', 'asc'], {}, 2, /^event-tracker: unknown option '--orderby'/],
    ['an unknown command', ['qurey'], {}, 2, /unknown command 'qurey'.*\n.*query/],
    ['a wrong time', ['query', '--since', 'yesterday'], {}, 2, /'--since <time>'.*expected a time ago/],
    ['a wrong limit', ['query', '--limit', '0x10'], {}, 2, /expected a whole number/],
    ['a limit that the server refuses', ['query', '--limit', '0'], {}, 2, /limit: expected a whole number from 1/],
    ['no command', [], {}, 2, /Usage: event-tracker/],
    ['a URL that is none', ['types'], { EVENT_TRACKER_URL: 'tracker' }, 2, /url: expected an http or https URL/],
    ['a key file that does not exist', ['types', '--key-file', join(folder, 'none')], {}, 2, /ENOENT/],
    [
      'a server that is not there',
      ['types'],
      { EVENT_TRACKER_URL: NOTHING_LISTENS },
      3,
      /cannot be reached.*: connect ECONNREFUSED [\s\S]*\(event-tracker serve starts a server/,
    ],
  ])('reports %s on standard error alone', { timeout: 60_000 }, async (_, args, settings, code, message) => {
    const result: Result = await runProgram(args, { env: { ...env, ...settings } });
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('shows its help and its version on standard output', async () => {
    expect(await succeed('--help')).toContain('Exit codes: 0 done');
    expect(await succeed('query', '--help')).toMatch(/--since <time>[\s\S]*--url <url>[\s\S]*EVENT_TRACKER_KEY/);
    for (const command of [[], ['forward'], ['schema'], ['schema', 'check'], ['schema', 'infer']]) {
      const help = await succeed(...command, '--help');
      expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
    expect(await succeed('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
