import { expect, test } from 'vitest';
import { nextTurn } from './event-loop.ts';
import { mapInSlices } from './map-in-slices.ts';

test('returns the results in order', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) => n);
  expect(await mapInSlices(items, (n) => 2 * n)).toEqual(items.map((n) => 2 * n));
  expect(await mapInSlices([], String)).toEqual([]);
});

test('maps few items immediately, and many in a turn of the event loop for each caller', async () => {
  const begun: string[] = [];
  const begin = (name: string, length: number) =>
    mapInSlices(Array(length).fill(name), (item: string) => {
      if (!begun.includes(item)) begun.push(item);
    });
  const all = [begin('many', 1_000), begin('more', 1_000), begin('few', 100)];
  expect(begun).toEqual(['few']);
  await nextTurn();
  expect(begun).toEqual(['few', 'many']);
  await Promise.all(all);
  expect(begun).toEqual(['few', 'many', 'more']);
});

test('does not wait after the last item', async () => {
  // Long work of others, of which one slice runs in each turn.
  const others = Array.from({ length: 20 }, () => mapInSlices(Array(1_000).fill(0), () => 0));
  let turns = 0;
  let isDone = false;
  const slow = mapInSlices(Array(32).fill(0), () => {
    const end = Date.now() + 1;
    while (Date.now() < end);
  }).then(() => {
    isDone = true;
  });
  for (; !isDone; turns++) await nextTurn();
  expect(turns).toBeLessThan(5);
  await Promise.all([slow, ...others]);
});
