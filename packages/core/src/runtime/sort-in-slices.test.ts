import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sortInSlices } from './sort-in-slices.ts';

const byKey = (a: { readonly key: number }, b: { readonly key: number }): number => a.key - b.key;

test.each([0, 1, 1_024, 1_025, 5_000])('sorts %i items like toSorted, equal ones in their order', async (length) => {
  const items = Array.from({ length }, (_, index) => ({ key: (index * 7_919) % 100, index }));
  expect(await sortInSlices(items, byKey)).toEqual(items.toSorted(byKey));
});

test('lets other work run in between', async () => {
  const items = Array.from({ length: 200_000 }, (_, index) => ({ key: (index * 7_919) % 200_000 }));
  let turns = 0;
  let isSorting = true;
  const others = (async () => {
    while (isSorting) {
      await setImmediate();
      turns++;
    }
  })();
  await sortInSlices(items, byKey);
  isSorting = false;
  await others;
  expect(turns).toBeGreaterThan(2);
});

test('ends with the reason of its signal', async () => {
  const items = Array.from({ length: 200_000 }, (_, index) => ({ key: (index * 7_919) % 200_000 }));
  const controller = new AbortController();
  const rejected = expect(sortInSlices(items, byKey, controller.signal)).rejects.toBe('the client left');
  controller.abort('the client left');
  await rejected;
});
