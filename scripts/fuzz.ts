/*
 * Sends requests that schemathesis generates from the OpenAPI document to a server without keys and to one with keys:
 * `npm run fuzz`. TEST_EFFORT=long runs for five minutes. Prints "skipped" and the reason where Python or its packages are not
 * available.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bearer, KEY } from '../apps/http/test/support/keys.ts';
import { startServer } from '../apps/http/test/support/start-server.ts';

const SCHEMATHESIS = 'schemathesis==4.32.5';
/** The same requests each time, or other ones for 150 seconds. */
const AMOUNT =
  process.env.TEST_EFFORT === 'long'
    ? ['--max-time=150', '--generation-database=none']
    : ['--max-examples=3', '--generation-deterministic'];
/** The document cannot describe every rule: a deletion requires a filter, `columns` requires CSV, If-Match must match. */
const NOT_CHECKED = ['positive_data_acceptance'];
/** The bodies that schemathesis can generate. */
const GENERATED = ['application/json', 'application/x-www-form-urlencoded', 'text/plain'];
/**
 * With the first two, nearly every body would be refused because it is not compressed, or does not have the digest. With
 * `Prefer: handling=lenient`, invalid events are quarantined instead of refused. `*` stands for any parameter, so that none is
 * invalid.
 */
const NOT_SENT = ['Content-Encoding', 'Content-Digest', 'Prefer', '*'];

const venv = join(import.meta.dirname, '../node_modules/.cache', SCHEMATHESIS);
const command = join(venv, 'bin/schemathesis');
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
try {
  const missing = install();
  if (missing === undefined) await fuzzAll();
  else console.log(`skipped: ${missing}`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Installs schemathesis once. Returns the reason if that is not possible. */
function install(): string | undefined {
  if (existsSync(command)) return undefined;
  mkdirSync(join(venv, '..'), { recursive: true });
  for (const [program, ...args] of [
    ['python3', '-m', 'venv', '--clear', venv],
    [join(venv, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', SCHEMATHESIS],
  ] as const) {
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) return `${program} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
  }
  return undefined;
}

async function fuzzAll(): Promise<void> {
  await fuzz('without keys', {}, {}, ['ignored_auth']);
  const keys = Object.values(KEY).map(({ line }) => `${line}\n`);
  const keysFile = join(folder, 'keys');
  writeFileSync(keysFile, keys.join(''), { mode: 0o600 });
  await fuzz('with keys', { API_KEYS_FILE: keysFile }, bearer(KEY.admin), []);
}

async function fuzz(
  title: string,
  env: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  notChecked: readonly string[],
): Promise<void> {
  const server = await startServer({ env });
  try {
    const document = join(folder, 'openapi.json');
    writeFileSync(document, await describeApi(server.url, headers));
    const { status } = spawnSync(
      command,
      [
        'run',
        document,
        `--url=${server.url}`,
        ...AMOUNT,
        '--request-timeout=20',
        '--checks=all',
        `--exclude-checks=${[...NOT_CHECKED, ...notChecked].join()}`,
        '--suppress-health-check=all',
        '--warnings=off',
        '--no-color',
        ...Object.entries(headers).map(([name, value]) => `--header=${name}:${value}`),
      ],
      { stdio: 'inherit', cwd: folder },
    );
    if (status !== 0) fail(`${title}: schemathesis ended with ${status}`);
  } finally {
    const { code, complaints } = await server.stop();
    if (code !== 0 || complaints.length > 0) fail(`${title}: the server ended with ${code}: ${complaints.join('\n')}`);
  }
}

/** Returns the OpenAPI document without what schemathesis cannot or should not send. */
async function describeApi(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const document = await (await fetch(`${url}/openapi.json`, { headers })).text();
  return JSON.stringify(
    JSON.parse(document, (name, value) => {
      if (name === 'requestBody') return { ...value, content: pick(value.content, GENERATED) };
      if (name === 'maxItems') return undefined; // equal values of a parameter count once
      if (name === 'parameters' && Array.isArray(value)) return value.filter((each) => !NOT_SENT.includes(each.name));
      return value;
    }),
  );
}

function pick(content: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(content).filter(([name]) => names.includes(name)));
}

function fail(message: string): void {
  console.log(message);
  process.exitCode = 1;
}
