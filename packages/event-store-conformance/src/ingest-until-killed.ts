import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './recorder.ts';

/**
 * Runs a file in a separate process that stores events without end, and kills it up to half a second after its first line of
 * one kind. What it writes on its standard output is recorded: lines `sent ID ID…`, and `acknowledged`, `removing` and
 * `removed` likewise.
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
  // The kill may have cut the last line short.
  for (const line of output.split('\n').slice(0, -1)) {
    const [what, ...ids] = line.split(' ');
    for (const id of ids) recorder[what as keyof Recorder].add(id);
  }
}
