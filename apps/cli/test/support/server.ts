import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The folder of `scripts/test-programs.ts`. */
const PROGRAMS = process.env.TEST_PROGRAMS ?? '';
const MAIN = join(PROGRAMS, 'server/dist/main.js');
const START_UP_LINE = /listens on (http:\/\/[^\s,]+)/;

/** A server in a separate process. */
export interface TestServer {
  readonly url: string;
  /** Stops the server in an orderly way, and returns its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a server, by default with a store in memory, on a free port. */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(PROGRAMS, 'node-compile-cache'),
      BIND_ADDRESS: '127.0.0.1:0',
      EVENT_STORE: 'memory:',
      RATE_LIMIT: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = endWithTests(child);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const [, found] = START_UP_LINE.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
    }
    exit.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)), reject);
  });
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

/** Kills a process when the tests end, and returns its exit code. */
export function endWithTests(child: ChildProcess): Promise<number | null> {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return once(child, 'close').then(([code]) => {
    process.off('exit', kill);
    return code as number | null;
  });
}
