import type { Pages } from './respond-list.ts';

/** Number of pages of all responses that are read ahead. A page has about a megabyte at most. */
const MAX_PAGES_AHEAD = 8;
let pagesAhead = 0;

/**
 * Yields the same pages, and reads the next one while the current one is written: a store that works in another thread, or on
 * another machine, works at the same time as the server. A slow client keeps one more page in memory, so the number of these
 * pages is limited; all other responses read a page when it is requested.
 */
export async function* readAhead<Item>(pages: Pages<Item>): AsyncGenerator<readonly Item[], void, void> {
  try {
    let page = await pages.next();
    while (!page.done) {
      if (pagesAhead === MAX_PAGES_AHEAD) {
        yield page.value;
        page = await pages.next();
        continue;
      }
      pagesAhead++;
      try {
        const next = Promise.resolve(pages.next());
        next.catch(() => {}); // thrown below, if the page is still requested
        yield page.value;
        page = await next;
      } finally {
        pagesAhead--;
      }
    }
  } finally {
    await pages.return?.();
  }
}
