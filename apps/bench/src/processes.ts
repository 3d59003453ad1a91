import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ProcessOptions {
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs: what is measured on all cores but the last, what asks of it on the last, so that neither waits for the other. */
  readonly core: 'server' | 'client' | 'any';
  /** Whether the workspace's packages are read from source, as everywhere but in the image; true unless told otherwise. */
  readonly isSource?: boolean;
}

/** Where Node keeps source that it has read once. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

const cores = availableParallelism();
const canPin = cores > 1 && spawnSync('taskset', ['-c', String(cores - 1), 'true']).status === 0;
const CORES = { server: `0-${cores - 2}`, client: String(cores - 1), any: `0-${cores - 1}` };

/** Processes that run now: none outlives the bench, whatever becomes of it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Whether servers and clients have cores of their own. */
export const isPinned: boolean = canPin;

/** Runs a file with this Node. It can be sent messages; what it has to say on stderr is shown. */
export function startProcess(
  [file, ...args]: readonly [file: string, ...args: readonly string[]],
  { nodeOptions = [], env, core, isSource = true }: ProcessOptions,
): ChildProcess {
  const command = [process.execPath, ...(isSource ? ['--conditions=x-src'] : []), ...nodeOptions, file, ...args];
  const [program = '', ...rest] = canPin ? ['taskset', '-c', CORES[core], ...command] : command;
  const child = spawn(program, rest, {
    // Not the environment of whoever measures: its settings must not get in.
    env: { PATH: process.env.PATH, ...(isSource ? { NODE_COMPILE_CACHE } : {}), ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * The next message of a process. Whoever asks it for one calls this first, and then sends.
 *
 * @param name what the process is called where it fails
 * @throws where it ends before
 */
export async function answerOf<T>(child: ChildProcess, name: string): Promise<T> {
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
