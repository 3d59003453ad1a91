import { expect, test } from 'vitest';
import { readAhead } from './read-ahead.ts';

/** Pages of one number each, and the number of pages that were requested. */
function createSource(count: number, failAt = Number.POSITIVE_INFINITY) {
  const source = { requested: 0, isEnded: false, pages: read() };
  async function* read(): AsyncGenerator<readonly number[], void, void> {
    try {
      for (let n = 1; n <= count; n++) {
        source.requested = n;
        if (n === failAt) throw new Error(`page ${n} failed`);
        yield [n];
      }
    } finally {
      source.isEnded = true;
    }
  }
  return source;
}

test('yields all pages in order', async () => {
  const { pages } = createSource(5);
  const found: (readonly number[])[] = [];
  for await (const page of readAhead(pages)) found.push(page);
  expect(found).toEqual([[1], [2], [3], [4], [5]]);
});

test('reads one page ahead', async () => {
  const source = createSource(5);
  const pages = readAhead(source.pages);
  await pages.next();
  expect(source.requested).toBe(2);
  await pages.next();
  expect(source.requested).toBe(3);
  await pages.return();
});

test('reads eight pages ahead of all that are read concurrently', async () => {
  const sources = Array.from({ length: 12 }, () => createSource(5));
  const all = sources.map(({ pages }) => readAhead(pages));
  for (const pages of all) await pages.next();
  const requested = (): number[] => sources.map((source) => source.requested);
  expect(requested().filter((n) => n === 2)).toHaveLength(8);
  // Those that end or are left make room for others.
  for (const pages of all.slice(0, 8)) await pages.return();
  for (const pages of all.slice(8)) await pages.next();
  expect(requested().slice(8)).toEqual([3, 3, 3, 3]);
  for (const pages of all) await pages.return();
  expect(sources.every(({ isEnded }) => isEnded)).toBe(true);
});

test('throws the failure of a page after the pages before it', async () => {
  const source = createSource(5, 3);
  const pages = readAhead(source.pages);
  expect((await pages.next()).value).toEqual([1]);
  expect((await pages.next()).value).toEqual([2]);
  await expect(pages.next()).rejects.toThrow('page 3 failed');
});

test('does not report the failure of a page that is not requested', async () => {
  const source = createSource(5, 2);
  const pages = readAhead(source.pages);
  await pages.next();
  await pages.return();
  await new Promise(setImmediate); // an unhandled rejection would fail the test
  expect(source.requested).toBe(2);
});
