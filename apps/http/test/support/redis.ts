import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import type { ServerProcess } from './start-server.ts';

/** The installed Redis. An environment variable can set another one. */
export const REDIS_SERVER = process.env.REDIS_SERVER ?? '/usr/bin/redis-server';
export const HAS_REDIS = existsSync(REDIS_SERVER);

/** A Redis in a separate process, which keeps nothing when it ends. */
export interface RedisProcess {
  readonly url: string;
  /** Starts Redis on the same port. */
  start(): Promise<void>;
  /** Suspends the process: its connections stay open, and it does not respond. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** Runs a command. */
  run(...command: readonly string[]): Promise<string>;
}

/** The running processes, which are ended with the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** True if a server has logged that Redis was late. It then counts alone for a while, as specified. */
export function hasLoggedLateness(server: ServerProcess): boolean {
  return server.stdout().includes('no response within');
}

/** Returns a Redis on a free port of this machine, not started. */
export async function createRedisProcess(...options: readonly string[]): Promise<RedisProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options];
      child = spawn(REDIS_SERVER, args, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'ignore'] });
      running.add(child);
      child.once('exit', () => {
        if (child) running.delete(child);
        child = undefined;
      });
      await untilReady(child);
    },
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    kill: async () => {
      child?.kill('SIGKILL');
      if (child) await once(child, 'exit');
    },
    run: async (...command) => {
      const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), ...command]);
      return stdout.trim();
    },
  };
}

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('the output of Redis is not piped');
  for await (const line of createInterface(stdout)) if (line.includes('Ready to accept connections')) return;
  throw new Error('Redis ended before it was ready');
}
