import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './recorder.ts';

/**
 * Runs a file in a process of its own that stores events without end, and kills it 50 to 500 ms after it has begun. What
 * it tells on its standard output is recorded: lines `sent ID ID…`, and `acknowledged`, `removing` and `removed` likewise.
 */
export async function ingestUntilKilled(recorder: Recorder, file: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=x-src', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await sleep(50 + Math.random() * 450);
  child.kill('SIGKILL');
  await ended;
  // The kill may have cut the last line short.
  for (const line of output.split('\n').slice(0, -1)) {
    const [what, ...ids] = line.split(' ');
    for (const id of ids) recorder[what as keyof Recorder].add(id);
  }
}
