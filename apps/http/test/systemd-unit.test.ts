import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../src/settings/config.ts';

/* Compares the systemd unit with the server and, if systemd is installed, checks it with systemd. */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The folder of the clone in the unit and in the document. */
const CLONE = '/opt/event-tracker/';
const UNIT = readFileSync(join(ROOT, 'apps/http/deploy/event-tracker.service'), 'utf8');

function valuesOf(name: string): readonly string[] {
  return [...UNIT.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

const environment = Object.fromEntries(valuesOf('Environment').map((pair) => pair.split(/=(.*)/s, 2)));

test('starts the same command as npm start', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const [command = ''] = valuesOf('ExecStart');
  expect(command.startsWith(CLONE)).toBe(true);
  expect(scripts.start).toContain(` exec ${command.replaceAll(CLONE, '')}`);
});

test('stores its events in a writable folder, and has limits that match the settings', () => {
  const config = parseConfig(environment);
  expect(valuesOf('ProtectSystem')).toEqual(['strict']);
  expect(config.eventStore).toBe(`sqlite:/var/lib/${valuesOf('StateDirectory')[0]}/events.sqlite`);
  expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(config.shutdownTimeoutMs / 1_000 + 5);
  expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThan(config.maxConnections + 100);
});

const HAS_SYSTEMD = spawnSync('systemd-analyze', ['--version']).error === undefined;

describe.skipIf(!HAS_SYSTEMD)('checked by systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-unit-'));
  const file = join(folder, 'event-tracker.service');
  writeFileSync(file, UNIT.replaceAll(CLONE, `${ROOT.replace(/\/?$/, '/')}`));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('has no warnings', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  test('has a low exposure', () => {
    // The exposure level of systemd, in tenths: up to 20 of 100 is "OK".
    execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], { stdio: 'pipe' });
  });
});
