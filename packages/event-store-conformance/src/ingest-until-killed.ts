import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './recorder.ts';

/**
 * Runs a file that stores events endlessly in a separate process, and kills the process up to half a second after it wrote the
 * first line of one kind. Records its standard output: lines `sent ID ID…`, `acknowledged ID…`, `deleting ID…` and
 * `deleted ID…`.
 */
export async function ingestUntilKilled(
  recorder: Recorder,
  first: keyof Recorder,
  file: string,
  ...args: readonly string[]
): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=x-src', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const begun = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (`\n${output}`.includes(`\n${first} `)) resolve();
    });
  });
  const ended = once(child, 'close');
  await Promise.race([begun, ended]);
  await sleep(Math.random() * 500);
  child.kill('SIGKILL');
  await ended;
  // The kill may have truncated the last line.
  for (const line of output.split('\n').slice(0, -1)) {
    const [kind, ...ids] = line.split(' ');
    for (const id of ids) recorder[kind as keyof Recorder].add(id);
  }
}
