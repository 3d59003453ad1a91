import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The exit code and the output of a server. */
export interface ServerExit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The errors in the log, and all output that is not a line of the log. */
  readonly complaints: readonly string[];
}

/** A server in a separate process. */
export interface ServerProcess {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Settles when the process has ended and its output is complete. */
  readonly exit: Promise<ServerExit>;
}

export interface StartedServer extends ServerProcess {
  /** The URL of the server, with its base path. */
  readonly url: string;
  /** Stops the server, and waits until it has ended. */
  stop(): Promise<ServerExit>;
}

export interface ServerOptions {
  /** Settings in addition to a free port, a memory store and no rate limit. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file to run instead of the server. */
  readonly entry?: URL;
  readonly nodeOptions?: readonly string[];
  /** Arguments of the server. */
  readonly args?: readonly string[];
  /** A command that runs the command in its arguments. */
  readonly within?: readonly string[];
  /** The working directory. Default: that of the tests. */
  readonly folder?: string;
}

/** The server as `npm start` runs it. */
export const SOURCE = new URL('../../src/main.ts', import.meta.url);
/** The programs of `scripts/test-programs.ts`; none for a program that runs outside the tests. */
const programs = process.env.TEST_PROGRAMS;
const MAIN = programs ? pathToFileURL(join(programs, 'server/dist/main.js')) : SOURCE;
/** The settings of a server unless a test sets others. */
export const TEST_SETTINGS: Readonly<Record<string, string>> = {
  BIND_ADDRESS: '127.0.0.1:0',
  EVENT_STORE: 'memory:',
  RATE_LIMIT: 'off',
  ALLOWED_HOSTS: '0.0.0.0,a,b,x,tracker,evil.example', // the names that tests send as Host
};
const START_UP_LINE = /listens on (http:\/\/[^\s,]+)/;

const NODE_COMPILE_CACHE = join(programs ?? tmpdir(), 'node-compile-cache');

/** The running servers, which are ended with the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs the server with the options of Node that `npm start` gives it, and does not wait for it. */
export function runServer(options: ServerOptions = {}): ServerProcess {
  const { env, entry = MAIN, nodeOptions = [], args: given = [], within = [], folder } = options;
  const node = [process.execPath, '--conditions=x-src', ...nodeOptions, fileURLToPath(entry), ...given];
  const [command = '', ...args] = [...within, ...node];
  const child = spawn(command, args, {
    cwd: folder,
    // Without the environment of the tests, whose settings could affect the server.
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE, // otherwise each of many servers would compile the same files
      ...TEST_SETTINGS,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    exit: once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout,
      stderr,
      complaints: complaintsIn(`${stdout}\n${stderr}`),
    })),
  };
}

/** Returns the lines that are errors of the log, or no lines of the log. */
export function complaintsIn(output: string): readonly string[] {
  return output.split('\n').filter(isComplaint);
}

function isComplaint(line: string): boolean {
  if (line === '') return false;
  return !line.startsWith('{"level":') || line.startsWith('{"level":"error"');
}

/** Starts the server, and waits until it listens. */
export async function startServer(options: ServerOptions = {}): Promise<StartedServer> {
  const server = runServer(options);
  const url = await new Promise<string>((resolve, reject) => {
    server.process.stdout?.on('data', () => {
      const [, found] = START_UP_LINE.exec(server.stdout()) ?? [];
      if (found !== undefined) resolve(found);
    });
    server.exit.then(({ code, stderr }) => reject(new Error(`the server ended with ${code}: ${stderr}`)), reject);
  });
  return {
    ...server,
    url,
    stop: () => {
      server.process.kill('SIGTERM');
      return server.exit;
    },
  };
}
