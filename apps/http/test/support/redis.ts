import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import type { ServerProcess } from './start-server.ts';

/** The Redis of the machine; the environment may name another. */
export const REDIS_SERVER = process.env.REDIS_SERVER ?? '/usr/bin/redis-server';
export const HAS_REDIS = existsSync(REDIS_SERVER);

/** A Redis in a process of its own, which keeps nothing when it ends. */
export interface RedisProcess {
  readonly url: string;
  /** Starts it, where it was before. */
  start(): Promise<void>;
  /** Stops it without a word: its connections stay, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** Has it run a command. */
  run(...command: readonly string[]): Promise<string>;
}

/** None outlives the tests, whatever becomes of those. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Rounds of a test of limits that servers share. */
const ROUNDS = 3;

/**
 * Tries limits that servers share, and tries again where a server has logged that Redis was late: on a busy machine it then
 * counts alone for a while, as it must. No other failure is passed over.
 *
 * @param servers the servers that were used so far
 * @param attempt gets the number of the round, from 0
 */
export async function whileRedisIsInTime(
  servers: () => readonly ServerProcess[],
  attempt: (round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; ; round++) {
    const before = servers().map(latenessOf);
    try {
      return await attempt(round);
    } catch (error) {
      const wasLate = servers().some((server, index) => latenessOf(server) > (before[index] ?? 0));
      if (!wasLate || round === ROUNDS - 1) throw error;
    }
  }
}

/** How often a server has logged that Redis was late. */
function latenessOf(server: ServerProcess): number {
  return server.stdout().split('no response within').length - 1;
}

/** A Redis on a free port of this machine that is yet to be started. */
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
