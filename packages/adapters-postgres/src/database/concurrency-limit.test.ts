import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreTimeoutError } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { createConcurrencyLimit } from './concurrency-limit.ts';

const LONG_MS = 60_000;

test('runs a limited number of tasks concurrently, the others in the order of the calls', async () => {
  const limit = createConcurrencyLimit(2, LONG_MS);
  const begun: number[] = [];
  const tasks = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const runs = tasks.map(({ promise }, index) =>
    limit(() => {
      begun.push(index);
      return promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  for (const [index, { resolve }] of tasks.entries()) {
    resolve();
    await runs[index];
    await sleep(1);
    expect(begun).toEqual([0, 1, 2, 3, 4].slice(0, index + 3));
  }
});

test('settles as the task does and runs the next task after a failure', async () => {
  const limit = createConcurrencyLimit(1, LONG_MS);
  const failure = new Error('a failure');
  const outcomes = await Promise.allSettled([limit(() => Promise.reject(failure)), limit(async () => 'a result')]);
  expect(outcomes).toEqual([
    { status: 'rejected', reason: failure },
    { status: 'fulfilled', value: 'a result' },
  ]);
});

test('rejects a task that waits for too long with store_timeout and never runs it', async () => {
  const limit = createConcurrencyLimit(1, 20);
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = limit(() => promise);
  let isRun = false;
  const late = limit(async () => {
    isRun = true;
  });
  await expect(late).rejects.toSatisfy(isStoreTimeoutError);
  await expect(late).rejects.toThrow('all 1 connections were busy for 20 ms');
  resolve('late success');
  expect(await first).toBe('late success');
  expect(await limit(async () => 'the next')).toBe('the next');
  expect(isRun).toBe(false);
});
