import { expect, test } from 'vitest';
import { answerOf, startProcess } from './processes.ts';

const start = (script: string) => startProcess(['--eval', script], { core: 'any' });

test('the answer of a process is its next message', async () => {
  const child = start('process.on("message", (n) => n === 0 ? process.disconnect() : process.send(n + 1))');
  for (const n of [1, 5]) {
    const answer = answerOf<number>(child, 'the child');
    child.send(n);
    expect(await answer).toBe(n + 1);
  }
  expect(child.listenerCount('message')).toBe(0);
  child.send(0);
  await expect(answerOf(child, 'the child')).rejects.toThrow('the child ended with 0');
});

test('where a process ends without an answer, that is told with its code or signal', async () => {
  await expect(answerOf(start('process.exit(3)'), 'the first')).rejects.toThrow('the first ended with 3');
  await expect(answerOf(start('process.kill(process.pid)'), 'the next')).rejects.toThrow('the next ended with SIGTERM');
});
