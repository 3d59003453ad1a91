// Installs what a command of this repository needs, and only then: `node scripts/setup.mjs server|test|all`.
//
// All it needs is Node 20 and npm: the packages come by a fixed pnpm, which npx brings. Once they are in place it takes
// a few milliseconds and no network. node_modules/.bin/node is from then on a Node that runs the project.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const OLDEST_HOST_NODE = 20;
const OLDEST_NODE = 24;
const LOCK_EXPIRES_AFTER_MS = 15 * 60_000;

/** What pnpm installs for each scope. Each scope includes those before it. */
const SCOPES = {
  server: {
    what: 'the server',
    size: '185 MB',
    flags: ['--prod', '--filter-prod=event-tracker', '--filter-prod=@event-tracker/http...'],
  },
  // Without ClickHouse in process, which alone is 543 MB: the tests that need it are skipped.
  test: { what: 'the server and its tests', size: '600 MB', flags: ['--filter=!@event-tracker/clickhouse-engine'] },
  all: { what: 'everything', size: '1.2 GB', flags: [] },
};
/** @typedef {keyof typeof SCOPES} Scope */

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const node = join(bin, 'node');
const marker = join(modules, '.event-tracker-setup');
const lock = join(modules, '.event-tracker-setup.lock');

const scope = process.argv[2];
if (!isScope(scope)) fail('usage: node scripts/setup.mjs server|test|all');
if (process.platform === 'win32') fail('On Windows this runs inside WSL (the Windows Subsystem for Linux).');
if (majorOf(process.version) < OLDEST_HOST_NODE) {
  fail(`Node ${OLDEST_HOST_NODE} or newer is needed, this is ${process.version}.`);
}
if (!isInstalled(scope)) {
  takeLock();
  // Another run may have installed it while this one waited.
  if (!isInstalled(scope)) install(scope);
  rmSync(lock, { force: true });
}

/**
 * @param {string | undefined} name
 * @returns {name is Scope}
 */
function isScope(name) {
  return name !== undefined && Object.hasOwn(SCOPES, name);
}

/** @param {Scope} wanted */
function isInstalled(wanted) {
  const { scope, fingerprint } = readMarker();
  return scope === largerOf(scope, wanted) && fingerprint === currentFingerprint() && existsSync(node);
}

/**
 * @param {Scope | undefined} installed
 * @param {Scope} wanted
 */
function largerOf(installed, wanted) {
  const names = Object.keys(SCOPES);
  return installed && names.indexOf(installed) > names.indexOf(wanted) ? installed : wanted;
}

/** @param {Scope} wanted */
function install(wanted) {
  // What is installed stays: an update for the server does not delete the development tools.
  const scope = largerOf(readMarker().scope, wanted);
  const { what, size, flags } = SCOPES[scope];
  // Gone until the end: an install that was interrupted has no marker, and is done again.
  rmSync(marker, { force: true });
  process.stderr.write(`Installing ${what} (about ${size}, this once) ...\n`);
  // --trust-lockfile: how old a version has to be is asked when it enters the lockfile, and not of the registry for 200
  // packages again by everyone who clones, which takes longer than the download. Checksums are compared all the same.
  const install = ['install', '--frozen-lockfile', '--trust-lockfile', '--loglevel=warn', '--use-stderr', ...flags];
  const { status, error } = spawnSync('npx', ['-y', PNPM, ...install], {
    cwd: root,
    env: installEnvironment(),
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    fail(
      `The installation failed${error ? `: ${error.message}` : ', for the reason above'}. It needs the npm registry, this once:`,
      'if that was away, run the same command again later, and it continues where it stopped.',
    );
  }
  provideNode();
  writeFileSync(`${marker}.new`, `${scope} ${currentFingerprint()}\n`);
  renameSync(`${marker}.new`, marker);
}

/** Leaves a Node new enough at node_modules/.bin/node: the pinned one where it exists and runs, otherwise the host's. */
function provideNode() {
  if (versionOf(node) !== undefined) return;
  rmSync(node, { force: true }); // First in npm's PATH, it would keep this script from being run again.
  const host = versionOf('node');
  if (host === undefined || majorOf(host.version) < OLDEST_NODE) {
    fail(
      `The pinned Node does not run on this machine (${process.platform}-${process.arch}), and its own is ${process.version}.`,
      `Install Node ${OLDEST_NODE} or newer and run the same command again.`,
    );
  }
  mkdirSync(bin, { recursive: true });
  symlinkSync(host.path, node);
}

/** @param {string} command */
function versionOf(command) {
  const print = 'console.log(JSON.stringify({ version: process.version, path: process.execPath }))';
  const { status, stdout } = spawnSync(command, ['-e', print], { env: installEnvironment(), encoding: 'utf8' });
  return status === 0 ? /** @type {{ version: string, path: string }} */ (JSON.parse(stdout)) : undefined;
}

/** The caller's environment, with three differences. */
function installEnvironment() {
  const { NODE_ENV: _, ...environment } = process.env; // pnpm would leave the development tools out for NODE_ENV=production.
  const path = (environment.PATH ?? '').split(delimiter).filter((entry) => entry !== bin);
  return {
    ...environment,
    PATH: path.join(delimiter), // The host's Node: the one in node_modules may be replaced meanwhile.
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000', // Without a network, npm says so after seconds, not after a minute.
    pnpm_config_confirm_modules_purge: 'false', // There is nobody to answer when node_modules is not pnpm's.
  };
}

/**
 * Returns the scope and the fingerprint of the last complete install, if there was one.
 *
 * @returns {{ scope?: Scope, fingerprint?: string | undefined }}
 */
function readMarker() {
  if (!existsSync(marker)) return {};
  const [scope, fingerprint] = readFileSync(marker, 'utf8').trim().split(' ');
  return isScope(scope) ? { scope, fingerprint } : {};
}

/** Changes with anything that says what is to be installed, and whenever pnpm has been run by hand. */
function currentFingerprint() {
  const manifests = ['packages', 'apps', 'engines']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')))
    .filter((path) => existsSync(join(root, path)));
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests];
  const pnpmState = join(modules, '.pnpm-workspace-state-v1.json');
  const hash = createHash('sha256').update(JSON.stringify([PNPM, SCOPES]));
  hash.update(existsSync(pnpmState) ? readFileSync(pnpmState) : '');
  for (const path of inputs) hash.update(`${path}\n`).update(relevantPartOf(path));
  return hash.digest('hex');
}

/** The whole file, but of a package.json only what concerns installing: editing a script must not need the network. */
function relevantPartOf(/** @type {string} */ path) {
  const text = readFileSync(join(root, path), 'utf8');
  if (!path.endsWith('package.json')) return text;
  const { name, dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(text);
  return JSON.stringify([name, dependencies, devDependencies, optionalDependencies, peerDependencies]);
}

/** Two installs at once into one node_modules would harm each other: the second waits for the first. */
function takeLock() {
  mkdirSync(modules, { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (isLockAbandoned()) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!waited) process.stderr.write('Another command is installing: waiting for it ...\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isLockAbandoned() {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return Date.now() - statSync(lock).mtimeMs > LOCK_EXPIRES_AFTER_MS;
  } catch (error) {
    // ESRCH: who took it is dead. ENOENT: given back this moment. EPERM would mean that it lives.
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM';
  }
}

/** @param {string} version */
function majorOf(version) {
  return Number.parseInt(version.replace('v', ''), 10);
}

/**
 * @param {string[]} lines
 * @returns {never}
 */
function fail(...lines) {
  process.stderr.write(`\n${lines.join('\n')}\n`);
  process.exit(1);
}
