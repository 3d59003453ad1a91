import { expect, test } from 'vitest';
import { nextMessageOf, startProcess } from './processes.ts';

const start = (script: string) => startProcess(['--eval', script], { core: 'any' });

test('returns the next message of a process', async () => {
  const child = start('process.on("message", (n) => n === 0 ? process.disconnect() : process.send(n + 1))');
  for (const n of [1, 5]) {
    const message = nextMessageOf<number>(child, 'the child');
    child.send(n);
    expect(await message).toBe(n + 1);
  }
  expect(child.listenerCount('message')).toBe(0);
  child.send(0);
  await expect(nextMessageOf(child, 'the child')).rejects.toThrow('the child ended with 0');
});

test('rejects with the exit code or the signal if the process ends', async () => {
  await expect(nextMessageOf(start('process.exit(3)'), 'the first')).rejects.toThrow('the first ended with 3');
  await expect(nextMessageOf(start('process.kill(process.pid)'), 'the next')).rejects.toThrow(
    'the next ended with SIGTERM',
  );
});
