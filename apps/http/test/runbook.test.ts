import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROBLEMS } from '@event-tracker/http-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readDocument, readDocuments } from './support/documents.ts';
import { newEvent, postEvent } from './support/events.ts';
import { freePort } from './support/free-port.ts';
import { scrape } from './support/scrape.ts';
import { type StartedServer, startServer } from './support/start-server.ts';

/* Tests that docs/operate/runbook.md has a section for every alert, and that its commands and metrics exist. */

const FOLDER = join(import.meta.dirname, '..');
const PAGE = readDocument('docs/operate/runbook.md').text;
const [, ...sections] = PAGE.split(/^## /m).map((text) => {
  const [title = ''] = text.split('\n', 1);
  return { title, text };
});

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

const { groups } = parse(readFileSync(join(FOLDER, 'monitoring/prometheus-alerts.yaml'), 'utf8')) as {
  groups: readonly { rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

test('the runbook has a section for each alert, in the same order', () => {
  expect(sections.map(({ title }) => title)).toEqual(rules.map(({ alert }) => alert));
});

test.each(sections)('$title: has urgency, symptom, action and guarantees', (section) => {
  const { severity } = rules.find(({ alert }) => alert === section.title)?.labels ?? {};
  expect(section.text).toContain(`\n\`${severity}\`: `);
  expect(section.text).toMatch(/^```bash\n/m);
  expect(section.text).toMatch(/^\*\*Meanwhile\*\*: /m);
});

describe('on servers with problems', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-runbook-'));
  /** A full server without its Redis, and a server with a disk. */
  const servers: StartedServer[] = [];
  beforeAll(async () => {
    const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
    servers.push(
      await startServer({ env: { MEMORY_MAX_EVENTS: '1', REDIS_URL, RATE_LIMIT: '1000/1m' } }),
      await startServer({ env: { EVENT_STORE: `sqlite:${folder}/events.sqlite` } }),
    );
    for (const { url } of servers) for (let i = 0; i < 2; i++) await postEvent(url, newEvent('a'));
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true });
  });

  test.each(sections)('$title: each diagnostic command prints something', async ({ text }) => {
    const [, commands = ''] = /^```bash\n([\s\S]*?)^```$/m.exec(text) ?? [];
    for (const command of commands.trimEnd().split('\n')) {
      const shown = await Promise.all(servers.map(({ url }) => run(command.replaceAll('http://127.0.0.1:8080', url))));
      expect(shown.join(''), command).not.toBe('');
    }
  });

  test('every document names metrics that exist', async () => {
    const samples = (await Promise.all(servers.map(({ url }) => scrape(url)))).flat();
    const exposed = new Set(samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
    const named = new Set(
      readDocuments().flatMap(({ text }) =>
        [...text.matchAll(/`((?:event_tracker|nodejs|process)_[a-z0-9_]+)`/g)].map(([, name = '']) => name),
      ),
    );
    expect(named.size).toBeGreaterThan(8);
    expect([...named].map((name) => name.replace(/_(sum|count)$/, '')).filter((name) => !exposed.has(name))).toEqual(
      [],
    );
  });
});

test('EventTrackerErrors covers every problem with a status of 5xx', () => {
  const text = sections.find(({ title }) => title === 'EventTrackerErrors')?.text ?? '';
  const told = [...text.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code);
  const codes = Object.entries(PROBLEMS).flatMap(([code, { status }]) => (status >= 500 ? [code] : []));
  expect(told.sort()).toEqual(codes.sort());
});

/** Returns the output of a command; empty if it finds nothing. */
async function run(command: string): Promise<string> {
  return promisify(execFile)('sh', ['-c', command]).then(
    ({ stdout }) => stdout,
    ({ stderr, code }) => {
      expect([stderr, code], command).toEqual(['', 1]); // of grep: nothing found
      return '';
    },
  );
}
