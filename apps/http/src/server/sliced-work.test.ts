import { expect, test } from 'vitest';
import { createSlicedWork } from './sliced-work.ts';

/** Keeps the processor busy. */
function work(ms: number): void {
  for (const started = performance.now(); performance.now() - started < ms; );
}

test('runs work in order, including work added meanwhile, and not immediately', async () => {
  const doSoon = createSlicedWork();
  const done: number[] = [];
  doSoon(() => {
    done.push(1);
    doSoon(() => done.push(3));
  });
  doSoon(() => done.push(2));
  expect(done).toEqual([]);
  await expect.poll(() => done).toEqual([1, 2, 3]);
  doSoon(() => done.push(4));
  await expect.poll(() => done).toEqual([1, 2, 3, 4]);
});

test('yields to other work between slices', async () => {
  const doSoon = createSlicedWork();
  let done = 0;
  let longest = 0;
  for (let i = 0; i < 100; i++)
    doSoon(() => {
      work(1);
      done++;
    });
  for (let before = 0; done < 100; before = done) {
    await new Promise((resolve) => setImmediate(resolve));
    longest = Math.max(longest, done - before);
  }
  expect(longest).toBeLessThan(20);
});
