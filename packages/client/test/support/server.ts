import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

/** The folder of `scripts/test-programs.ts`. */
const PROGRAMS = process.env.TEST_PROGRAMS ?? '';
const MAIN = join(PROGRAMS, 'server/dist/main.js');
const START_UP_LINE = /listens on (http:\/\/[^\s,]+)/;

export interface StartedServer {
  /** URL of the server, with its base path. */
  readonly url: string;
  /** Has the server read its files again. */
  reload(): void;
  /** Stops the server in an orderly way, and returns its exit code. */
  stop(): Promise<number | null>;
  /** Ends the server without warning, as `kill -9` does. */
  kill(): Promise<void>;
}

/** Starts a server in a separate process, with a store in memory by default. */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<StartedServer> {
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
  const killWithTests = () => child.kill('SIGKILL');
  process.once('exit', killWithTests);
  const exit = once(child, 'exit').then(([code]) => {
    process.off('exit', killWithTests);
    return code as number | null;
  });
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
    reload: () => void child.kill('SIGHUP'),
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Starts a server for the tests of a file. */
export function useServer(env: Readonly<Record<string, string>> = {}): Pick<StartedServer, 'url' | 'reload'> {
  let server: StartedServer | undefined;
  beforeAll(async () => {
    server = await startServer(env);
  });
  afterAll(async () => {
    expect(await server?.stop()).toBe(0);
  });
  const started = (): StartedServer => {
    if (!server) throw new Error('the server runs only while tests run');
    return server;
  };
  return {
    get url() {
      return started().url;
    },
    reload: () => started().reload(),
  };
}
