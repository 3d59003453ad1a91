import { isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { expect, test } from 'vitest';
import type { FragileCalls } from '../../test/children/fragile-thread.ts';
import type { SlowOpening } from '../../test/children/slow-opening-thread.ts';
import { startThread, type Thread } from './thread.ts';

const TIMEOUT_MS = 20_000;

function start(): Thread<string | undefined, FragileCalls> {
  return startThread(new URL('../../test/children/fragile-thread.ts', import.meta.url));
}

async function open(): Promise<Thread<string | undefined, FragileCalls>> {
  const thread = start();
  await thread.open(undefined, TIMEOUT_MS);
  return thread;
}

test('returns the result of each concurrent call', async () => {
  const thread = await open();
  const calls = [thread.call('wait', 50, TIMEOUT_MS), thread.call('echo', { a: [1n, 'é'] }, TIMEOUT_MS)];
  expect(await Promise.all(calls)).toEqual(['waited', { a: [1n, 'é'] }]);
  await thread.stop(TIMEOUT_MS);
});

test('rejects open with the error of the thread', async () => {
  const thread = start();
  await expect(thread.open('no such thing', TIMEOUT_MS)).rejects.toThrow('no such thing');
  await thread.stop(TIMEOUT_MS);
});

test('begins the timeout of open again with each progress', async () => {
  const file = new URL('../../test/children/slow-opening-thread.ts', import.meta.url);
  const thread = startThread<SlowOpening, Record<string, never>, number>(file);
  const reported: number[] = [];
  await thread.open({ steps: 5, stepMs: 500 }, 2_000, (step) => reported.push(step)); // in 2,500 ms
  expect(reported).toEqual([1, 2, 3, 4, 5]);
  await thread.stop(TIMEOUT_MS);
});

test('rejects a failed call with its error and continues to serve calls', async () => {
  const thread = await open();
  await expect(thread.call('fail', 'wrong', TIMEOUT_MS)).rejects.toMatchObject({
    message: 'wrong',
    cause: expect.any(RangeError),
  });
  expect(await thread.call('echo', 1, TIMEOUT_MS)).toBe(1);
  await thread.stop(TIMEOUT_MS);
});

test('rejects a call with store_timeout at its deadline and is stuck until the call ends', async () => {
  const thread = await open();
  await expect(thread.call('block', 300, 50)).rejects.toSatisfy(isStoreTimeoutError);
  expect(thread.isStuck()).toBe(true);
  expect(await thread.call('echo', 1, TIMEOUT_MS)).toBe(1);
  expect(thread.isStuck()).toBe(false);
  await thread.stop(TIMEOUT_MS);
});

test('rejects pending calls with store_timeout and later calls with store_unavailable after the thread dies', async () => {
  const thread = await open();
  const calls = [thread.call('wait', 60_000, TIMEOUT_MS), thread.call('die', undefined, TIMEOUT_MS)];
  for (const outcome of await Promise.allSettled(calls))
    expect(outcome).toEqual({ status: 'rejected', reason: expect.toSatisfy(isStoreTimeoutError) });
  await expect(thread.call('echo', 1, TIMEOUT_MS)).rejects.toSatisfy(isStoreUnavailableError);
  await thread.stop(TIMEOUT_MS);
});

test('rejects calls if the file of the thread does not exist', async () => {
  const thread = startThread(new URL('./no-such-thread.ts', import.meta.url));
  await expect(thread.open(undefined, TIMEOUT_MS)).rejects.toMatchObject({ cause: { code: 'store_unavailable' } });
});

test('terminates a blocked thread', async () => {
  const thread = await open();
  await expect(thread.call('block', 20_000, 10)).rejects.toSatisfy(isStoreTimeoutError);
  const begin = performance.now();
  await thread.stop(100);
  expect(performance.now() - begin).toBeLessThan(10_000);
});

test('replies to a short call without waiting for the slices of calls that run', async () => {
  const thread = await open();
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const slices = { counter, ms: 20, count: 20 };
  const running = Array.from({ length: 4 }, () => thread.call('work', slices, TIMEOUT_MS));
  const waited: number[] = [];
  for (let n = 0; n < 5; n++) {
    const before = await thread.call('get', counter, TIMEOUT_MS);
    waited.push(Atomics.load(counter, 0) - before);
  }
  await Promise.all(running);
  // This thread can be late, too.
  expect(Math.min(...waited), `slices: ${waited.join()}`).toBeLessThan(2);
  await thread.stop(TIMEOUT_MS);
});
