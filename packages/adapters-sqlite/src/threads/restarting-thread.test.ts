import { isStoreTimeoutError } from '@event-tracker/core';
import { expect, test } from 'vitest';
import type { FragileCalls } from '../../test/children/fragile-thread.ts';
import { restartWhenEnded } from './restarting-thread.ts';
import { startThread, type Thread } from './thread.ts';

const TIMEOUT_MS = 20_000;

async function start(problem?: string): Promise<Thread<string | undefined, FragileCalls>> {
  const thread = startThread<string | undefined, FragileCalls>(
    new URL('../../test/children/fragile-thread.ts', import.meta.url),
  );
  await thread.open(problem, TIMEOUT_MS);
  return thread;
}

test('starts one new thread for the calls after a thread has ended', async () => {
  let started = 0;
  const thread = restartWhenEnded(await start(), () => {
    started++;
    return start();
  });
  for (let round = 1; round <= 2; round++) {
    await expect(thread.call('die', undefined, TIMEOUT_MS)).rejects.toSatisfy(isStoreTimeoutError);
    const calls = [1, 2, 3].map((value) => thread.call('echo', value, TIMEOUT_MS));
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    expect(started).toBe(round);
  }
  await thread.stop(TIMEOUT_MS);
});

test('starts a new thread at the next call if opening one fails', async () => {
  const problems: (string | undefined)[] = ['no such file', undefined];
  const thread = restartWhenEnded(await start(), () => start(problems.shift()));
  await expect(thread.call('die', undefined, TIMEOUT_MS)).rejects.toSatisfy(isStoreTimeoutError);
  await expect(thread.call('echo', 1, TIMEOUT_MS)).rejects.toThrow('no such file');
  expect(await thread.call('echo', 2, TIMEOUT_MS)).toBe(2);
  await thread.stop(TIMEOUT_MS);
});
