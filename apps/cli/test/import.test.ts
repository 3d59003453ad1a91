import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { createEventTrackerClient } from '@event-tracker/client';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf, PROGRAM, runProgram, runShell, startProgram } from './support/program.ts';
import { startServer, type TestServer } from './support/server.ts';

const LINES = byEffort({ quick: 20_000, full: 20_000, long: 1_000_000 });
/** Also suffices on a busy machine. */
const LINES_TIMEOUT_MS = byEffort({ quick: 600_000, full: 600_000, long: 3_600_000 });
const MOVED = byEffort({ quick: 2_000, full: 20_000, long: 1_000_000 });

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-import-'));
let server: TestServer;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  // The default is a million events, which is exceeded if other tests of this file store some, too.
  server = await startServer({ MEMORY_MAX_EVENTS: '2000000' });
  env = { EVENT_TRACKER_URL: server.url };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  expect(await server.stop()).toBe(0);
});

function save(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function lineOf(event_type: string, n: number): string {
  return `${JSON.stringify({ event_type, timestamp: '2025-01-01T12:00:00Z', payload: { n } })}\n`;
}

function linesFor(event_type: string, count: number): string {
  return Array.from({ length: count }, (_, n) => lineOf(event_type, n)).join('');
}

async function count(event_type: string, url = server.url): Promise<number> {
  const [row] = await createEventTrackerClient({ url }).stats({ event_type });
  return Number(row?.value);
}

async function importFile(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runProgram(['import', ...args], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return linesOf(stdout)[0];
}

describe('import', () => {
  test('stores each line once, in one run or several, under any name and compression', async () => {
    const text = linesFor('plain', 3) + lineOf('plain', 2); // two equal lines are two events
    expect(await importFile(save('a.ndjson', text))).toEqual({ stored: 4, duplicates: 0, refused: 0 });
    const all = { stored: 0, duplicates: 4, refused: 0 };
    expect(await importFile(save('b.jsonl', text.replaceAll('\n', '\r\n\r\n').trimEnd()))).toEqual(all);
    expect(await importFile(save('c.ndjson.gz', gzipSync(text)))).toEqual(all);
    expect(await importFile(save('d.ndjson.zst', zstdCompressSync(text)))).toEqual(all);
    const piped = await runProgram(['import', '-'], { env, input: gzipSync(text) });
    expect(linesOf(piped.stdout)).toEqual([all]);
    expect(await importFile(save('a.ndjson', text + lineOf('plain', 9)))).toEqual({
      stored: 1,
      duplicates: 4,
      refused: 0,
    });
    expect(await count('plain')).toBe(5);
  });

  test('keeps ids, and every member of an event', async () => {
    const event = {
      id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
      event_type: 'kept',
      timestamp: '2025-01-01T12:00:00.123456789Z',
      payload: { text: 'é€😀\u2028', numbers: [1e21, -1.5], nested: { a: null } },
    };
    await importFile(save('kept.json', JSON.stringify([event])));
    expect(linesOf((await runProgram(['query', 'event_type=kept'], { env })).stdout)).toEqual([event]);
  });

  test('reads CSV with a mapping, a time format and a time zone', async () => {
    const csv =
      '\ufeffkind,at,user,amount\r\nsale,01.02.2025 09:00,"Ann ""A"", B",12.5\r\nsale,01.02.2025 10:00,"two\nlines",\r\n';
    const map = 'event_type=kind,timestamp=at,payload.user=user,payload.amount:number=amount';
    const args = [save('sales.csv', csv), '--map', map, '--time-format', 'dmy', '--time-zone', 'Europe/Paris'];
    expect(await importFile(...args)).toEqual({ stored: 2, duplicates: 0, refused: 0 });
    expect(await importFile(...args)).toEqual({ stored: 0, duplicates: 2, refused: 0 });
    expect(linesOf((await runProgram(['query', 'event_type=sale'], { env })).stdout)).toMatchObject([
      { timestamp: '2025-02-01T08:00:00Z', payload: { user: 'Ann "A", B', amount: 12.5 } },
      { timestamp: '2025-02-01T09:00:00Z', payload: { user: 'two\nlines' } },
    ]);
  });

  test('stops at the first refused line, with everything before it stored', async () => {
    const text = `${linesFor('stopping', 2)}{"event_type":"stopping"}\n${linesFor('stopping', 2)}`;
    for (const bad of [text, text.replace('{"event_type":"stopping"}', '{not JSON')]) {
      const result = await runProgram(['import', save('stop.ndjson', bad)], { env });
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(/^event-tracker: \S+stop\.ndjson: line 3: .*; all before it is stored\./);
      expect(await count('stopping')).toBe(2);
    }
  });

  test('lists refused lines in a file, and stores all others', async () => {
    const bad = ['{not JSON', '[]', '{"event_type":"skipping","timestamp":"today","payload":{}}'];
    const text = [linesFor('skipping', 30), ...bad.map((line) => `${line}\n`), linesFor('skipping', 2)].join('');
    const skipped = join(folder, 'skipped.ndjson');
    const { code, stdout, stderr } = await runProgram(
      ['import', save('skip.ndjson', text), '--on-error', `skip=${skipped}`],
      { env },
    );
    expect({ code, rows: linesOf(stdout) }).toEqual({ code: 0, rows: [{ stored: 32, duplicates: 0, refused: 3 }] });
    expect(stderr.split('\n')).toHaveLength(4);
    expect(linesOf(readFileSync(skipped, 'utf8'))).toEqual([
      { place: 'line 31', text: bad[0], problem: expect.stringMatching(/^not JSON: /) },
      { place: 'line 32', text: bad[1], problem: 'expected a JSON object' },
      { place: 'line 33', text: bad[2], problem: expect.stringMatching(/\/timestamp: expected RFC 3339/) },
    ]);
  });

  test('refuses the quarantined events of an export, and stores the others', async () => {
    const headers = { 'Content-Type': 'application/x-ndjson', Prefer: 'handling=lenient' };
    const body = lineOf('exported', 1) + lineOf('exported', 2).replace('2025-01-01', 'yesterday');
    expect(await (await fetch(`${server.url}/events`, { method: 'POST', headers, body })).json()).toMatchObject({
      quarantined: 1,
    });
    const { stdout: text } = await runProgram(['export', 'payload.event.event_type=exported'], { env });
    const skipped = join(folder, 'quarantined.ndjson');
    const file = save('quarantined-export.ndjson', lineOf('reimported', 1) + text);
    const { code, stdout } = await runProgram(['import', file, '--on-error', `skip=${skipped}`], { env });
    expect({ code, rows: linesOf(stdout) }).toEqual({ code: 0, rows: [{ stored: 1, duplicates: 0, refused: 1 }] });
    const problem = expect.stringMatching(
      /\/event_type: .* reserved for quarantined events, which cannot be submitted/,
    );
    expect(linesOf(readFileSync(skipped, 'utf8'))).toEqual([{ place: 'line 2', text: text.trim(), problem }]);
  });

  test.each<[string, string, string | Uint8Array, string[], number, RegExp]>([
    ['a format that the name does not show', 'a.txt', '', [], 2, /--from ndjson, json or csv/],
    ['a mapping without CSV', 'a.ndjson', '', ['--map', 'id=a'], 2, /--map: only CSV has columns/],
    ['a column that is not there', 'a.csv', 'x\n1\n', ['--map', 'id=a'], 2, /the columns are x/],
    [
      'a local time without a zone',
      'a.csv',
      'x\n1\n',
      ['--time-format', 'ymd'],
      2,
      /--time-zone: expected an IANA name/,
    ],
    ['a wrong action', 'a.csv', '', ['--on-error', 'ignore'], 2, /expected stop or skip=FILE/],
    ['a record with a missing cell', 'a.csv', 'event_type,timestamp\na\n', [], 1, /line 2: expected 2 cells/],
    ['a quote that is not closed', 'a.csv', 'event_type,timestamp\n"a,b\n', [], 1, /[Qq]uote/],
    ['text that is not UTF-8', 'a.ndjson', Buffer.from([0xff]), [], 1, /expected UTF-8/],
    ['a damaged archive', 'a.ndjson.gz', gzipSync('{}').subarray(0, 12), [], 1, /gzip/],
    ['a document that is not JSON', 'a.json', '[', [], 1, /not JSON/],
  ])('refuses %s', async (_, name, content, args, code, message) => {
    const result = await runProgram(['import', save(name, content), ...args], { env });
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('reports that it waits for a server whose store is full', async () => {
    const full = await startServer({ MEMORY_MAX_EVENTS: '1' });
    const running = startProgram(['import', save('full.ndjson', linesFor('full', 2)), '--url', full.url]);
    await expect
      .poll(running.stderr)
      .toMatch(/^event-tracker: the server is not available, retrying: The store has reached its limit/);
    running.process.kill('SIGKILL');
    await running.result;
    expect(await full.stop()).toBe(0);
  });

  test('stores exactly all lines when it is killed and run again', { timeout: LINES_TIMEOUT_MS }, async () => {
    const file = save('killed.ndjson', linesFor('killed', LINES));
    const running = startProgram(['import', file], { env });
    await expect.poll(() => count('killed'), { timeout: 300_000, interval: 1 }).toBeGreaterThan(0);
    running.process.kill('SIGKILL');
    await running.result;
    const before = await count('killed');
    expect(before).toBeLessThan(LINES);
    const { code, stdout } = await runProgram(['import', file], { env }); // which can report that the server is busy
    const [result] = linesOf(stdout) as [Readonly<Record<'stored' | 'duplicates' | 'refused', number>>];
    const { stored, duplicates, refused } = result;
    expect({ code, all: stored + duplicates, refused }).toEqual({ code: 0, all: LINES, refused: 0 });
    expect(duplicates).toBeGreaterThanOrEqual(before); // the server can store the last batch after the count
    expect(await count('killed')).toBe(LINES);
  });

  test('stores in another store exactly what an export wrote', { timeout: LINES_TIMEOUT_MS }, async () => {
    const other = await startServer({ EVENT_STORE: `sqlite:${folder}/other.sqlite` });
    const filter = 'event_type=moved event_type=kept event_type=sale';
    await importFile(save('moved.ndjson', linesFor('moved', MOVED)));
    const moved = await runShell(
      `set -o pipefail; ${PROGRAM} export ${filter} | ${PROGRAM} import - --url ${other.url}`,
      { env },
    );
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    const hashes = await runShell(
      `for url in ${server.url} ${other.url}; do ${PROGRAM} export ${filter} --url $url | sha256sum; done | sort -u | wc -l`,
    );
    expect(hashes.stdout.trim()).toBe('1');
    expect(await count('moved', other.url)).toBe(MOVED);
    expect(await other.stop()).toBe(0);
  });
});
