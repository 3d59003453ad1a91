import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreTimeoutError } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

const LONG_MS = 60_000;

test('runs so many tasks at a time, the others in the order in which they came', async () => {
  const turns = createTurns(2, LONG_MS);
  const begun: number[] = [];
  const tasks = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const runs = tasks.map(({ promise }, index) =>
    turns(() => {
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

test('answers as the task does, and lets the next one in after one that fails', async () => {
  const turns = createTurns(1, LONG_MS);
  const failure = new Error('a failure');
  const outcomes = await Promise.allSettled([turns(() => Promise.reject(failure)), turns(async () => 'an answer')]);
  expect(outcomes).toEqual([
    { status: 'rejected', reason: failure },
    { status: 'fulfilled', value: 'an answer' },
  ]);
});

test('rejects with store_timeout, and never runs, a task whose turn does not come in time', async () => {
  const turns = createTurns(1, 20);
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = turns(() => promise);
  let isRun = false;
  const late = turns(async () => {
    isRun = true;
  });
  await expect(late).rejects.toSatisfy(isStoreTimeoutError);
  await expect(late).rejects.toThrow('all 1 connections were busy for 20 ms');
  resolve('late, and well');
  expect(await first).toBe('late, and well');
  expect(await turns(async () => 'the next')).toBe('the next');
  expect(isRun).toBe(false);
});
