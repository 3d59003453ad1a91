import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a script of `test/children` in a separate process, which reports its progress by messages. */
export function runChild(script: string, args: readonly string[], command: readonly string[] = []): ChildProcess {
  const [program = process.execPath, ...before] = [...command, process.execPath];
  const file = fileURLToPath(new URL(`../children/${script}`, import.meta.url));
  return spawn(program, [...before, '--conditions=x-src', file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Resolves with the first message of a child. Rejects if the child ends first. */
export async function messageFrom(child: ChildProcess): Promise<unknown> {
  const ending = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the child ended with ${code ?? signal}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ending]);
  return message;
}

/** Kills a child with SIGKILL, so that it cannot clean up. */
export async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
