import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ProcessOptions {
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `client` is the last core, `server` are all others, so that neither waits for the other. */
  readonly core: 'server' | 'client' | 'any';
  /** True if packages of the workspace are loaded from source; false for the folder of the image. Default: true. */
  readonly isSource?: boolean;
}

/** The folder in which Node caches compiled code. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

const cores = availableParallelism();
const canPin = cores > 1 && spawnSync('taskset', ['-c', String(cores - 1), 'true']).status === 0;
const CORES = { server: `0-${cores - 2}`, client: String(cores - 1), any: `0-${cores - 1}` };

/** The running processes, which are ended with the bench. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** True if servers and clients run on separate cores. */
export const isPinned: boolean = canPin;

/** Runs a file with this Node. The process can exchange messages and shares stderr. */
export function startProcess(
  [file, ...args]: readonly [file: string, ...args: readonly string[]],
  { nodeOptions = [], env, core, isSource = true }: ProcessOptions,
): ChildProcess {
  const command = [process.execPath, ...(isSource ? ['--conditions=x-src'] : []), ...nodeOptions, file, ...args];
  const [program = '', ...rest] = canPin ? ['taskset', '-c', CORES[core], ...command] : command;
  const child = spawn(program, rest, {
    // Without the environment of the bench, whose settings could affect the figures.
    env: { PATH: process.env.PATH, ...(isSource ? { NODE_COMPILE_CACHE } : {}), ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * Returns the next message of a process. Must be called before the message that requests it is sent.
 *
 * @param name the name of the process, for the error
 * @throws if the process ends before
 */
export async function nextMessageOf<T>(child: ChildProcess, name: string): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(([code, killedBy]) => {
    throw new Error(`${name} ended with ${code ?? killedBy}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    waiting.abort();
  }
}
