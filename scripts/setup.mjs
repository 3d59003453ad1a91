// Installs the dependencies of a command of this repository, if they are not installed: `node scripts/setup.mjs server|test|all`.
//
// Requires only Node 20 and npm: npx runs a fixed version of pnpm. If nothing is missing, this takes a few milliseconds and does
// not use the network. Afterwards, node_modules/.bin/node is a Node that can run the project.

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

/** The packages that pnpm installs for each scope. Each scope includes the previous ones. */
const SCOPES = {
  server: {
    what: 'the server',
    size: '215 MB',
    flags: [
      '--prod',
      '--filter-prod=event-tracker-repository',
      '--filter-prod=event-tracker...',
      '--filter-prod=@event-tracker/page...',
    ],
  },
  // Without ClickHouse in process, which has 543 MB, and the libraries of other systems; tests that require them are skipped.
  test: {
    what: 'the server and its tests',
    size: '600 MB',
    flags: ['--filter=!@event-tracker/clickhouse-engine', '--filter=!@event-tracker/foreign-clients'],
  },
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
if (process.platform === 'win32') fail('On Windows, run this in WSL (the Windows Subsystem for Linux).');
if (majorOf(process.version) < OLDEST_HOST_NODE) {
  fail(`Node ${OLDEST_HOST_NODE} or newer is required, found ${process.version}.`);
}
if (!isInstalled(scope)) {
  takeLock();
  // Another process may have installed the packages while this one waited.
  if (!isInstalled(scope)) install(scope);
  rmSync(lock, { force: true });
}
buildPage();

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
  // Never a smaller scope than the installed one, so that an update for the server does not delete the development tools.
  const scope = largerOf(readMarker().scope, wanted);
  const { what, size, flags } = SCOPES[scope];
  // The marker is written at the end, so that an interrupted install is repeated.
  rmSync(marker, { force: true });
  process.stderr.write(`Installing ${what} (about ${size}, only once) ...\n`);
  // --trust-lockfile compares checksums, but does not request the age of 200 versions from the registry, which would take longer
  // than the download. pnpm checks the age of a version when it is added to the lockfile.
  const install = ['install', '--frozen-lockfile', '--trust-lockfile', '--loglevel=warn', '--use-stderr', ...flags];
  const { status, error } = spawnSync('npx', ['-y', PNPM, ...install], {
    cwd: root,
    env: installEnvironment(),
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    fail(
      `The installation failed${error ? `: ${error.message}` : ', for the reason above'}. It requires the npm registry, only once.`,
      'If the registry was not reachable, run the same command again later: the installation continues where it stopped.',
    );
  }
  provideNode();
  writeFileSync(`${marker}.new`, `${scope} ${currentFingerprint()}\n`);
  renameSync(`${marker}.new`, marker);
}

/** Builds the web page if one of its sources has changed. */
function buildPage() {
  const { status } = spawnSync(node, [join(root, 'apps/page/build.ts')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) fail('The web page could not be built, for the reason above.');
}

/** Provides a Node at node_modules/.bin/node: the pinned one if it runs on this machine, otherwise the host's if it is new enough. */
function provideNode() {
  if (versionOf(node) !== undefined) return;
  rmSync(node, { force: true }); // Otherwise npm would run this script with it, because it is first in npm's PATH.
  const host = versionOf('node');
  if (host === undefined || majorOf(host.version) < OLDEST_NODE) {
    fail(
      `The pinned Node does not run on this machine (${process.platform}-${process.arch}), and the installed Node is ${process.version}.`,
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

/** Returns the environment of this process, with changes for the installation. */
function installEnvironment() {
  const { NODE_ENV: _, ...environment } = process.env; // With NODE_ENV=production, pnpm would not install the development tools.
  const path = (environment.PATH ?? '').split(delimiter).filter((entry) => entry !== bin);
  return {
    ...environment,
    PATH: path.join(delimiter), // Use the host's Node, because the installation can replace the one in node_modules.
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000', // Without a network, npm fails after seconds instead of a minute.
    pnpm_config_confirm_modules_purge: 'false', // Do not ask before replacing a node_modules of another package manager.
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

/** Returns a hash of everything that determines the installed packages, and of the state of pnpm, which changes if pnpm is run manually. */
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

/** Returns the text of a file; of a package.json, only its dependencies, so that a change of a script does not require an install. */
function relevantPartOf(/** @type {string} */ path) {
  const text = readFileSync(join(root, path), 'utf8');
  if (!path.endsWith('package.json')) return text;
  const { name, dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(text);
  return JSON.stringify([name, dependencies, devDependencies, optionalDependencies, peerDependencies]);
}

/** Locks node_modules, because concurrent installs would damage it. Waits while another process has the lock. */
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
    if (!waited) process.stderr.write('Waiting for another command to install the dependencies ...\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isLockAbandoned() {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return Date.now() - statSync(lock).mtimeMs > LOCK_EXPIRES_AFTER_MS;
  } catch (error) {
    // ESRCH: the process has ended. ENOENT: the lock was just released. EPERM: the process runs.
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
