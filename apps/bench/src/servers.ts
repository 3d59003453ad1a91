import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProcess } from './processes.ts';

/** A server in a separate process that has responded once. */
export interface StartedServer {
  readonly port: number;
  readonly process: ChildProcess;
  /** Time from the start of the process to its first response, in milliseconds. */
  readonly startMs: number;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  readonly isSource?: boolean;
  /** The cores of the server. Default: `server`. */
  readonly core?: 'server' | 'any';
  /** The path that is requested until the server responds. Default: `/`. */
  readonly path?: string;
}

const TRACKER = fileURLToPath(new URL('../../http/src/main.ts', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 1;

/** Settings that reject no request of a load, with every check on. Requests are not logged, because the limits do not log either. */
const UNLIMITED = {
  RATE_LIMIT: '999999999/1m',
  MEMORY_MAX_EVENTS: '100000000',
  MEMORY_MAX_BYTES: '100000000000',
  LOG_LEVEL: 'warn',
};

/** Starts Event Tracker with a store. */
export function startTracker(eventStore: string, options: ServerOptions = {}): Promise<StartedServer> {
  const env = { EVENT_STORE: eventStore, ...UNLIMITED, ...options.env };
  return startServer(TRACKER, { path: '/readyz', ...options, env });
}

/** Starts one of the servers in `limits`, which listen on the port `PORT`. */
export function startLimit(name: string, options: ServerOptions = {}): Promise<StartedServer> {
  return startServer(fileURLToPath(new URL(`./limits/${name}`, import.meta.url)), options);
}

/** Starts a server from a file and waits until it responds. */
export async function startServer(
  file: string,
  { env, nodeOptions = [], isSource = true, core = 'server', path = '/' }: ServerOptions,
): Promise<StartedServer> {
  const port = await findFreePort();
  const begun = performance.now();
  const child = startProcess([file], {
    nodeOptions,
    env: { PORT: String(port), BIND_ADDRESS: `127.0.0.1:${port}`, ...env },
    core,
    isSource,
  });
  while (!(await responds(port, path))) {
    if (child.exitCode !== null || performance.now() - begun > START_TIMEOUT_MS)
      throw new Error(`${file} did not start`);
    await sleep(POLL_MS);
  }
  return {
    port,
    process: child,
    startMs: performance.now() - begun,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** True if a server responds with 2xx. Does not use an HTTP client, which would take longer than the server. */
function responds(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`));
    socket.once('data', (response: Buffer) => {
      socket.destroy();
      resolve(response.toString('latin1').startsWith('HTTP/1.1 2'));
    });
    socket.once('error', () => resolve(false));
    socket.once('end', () => resolve(false));
  });
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
