import type { Event } from '@event-tracker/core';
import type { EventStorePort, PageRequest } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { positionOf } from './event-builder.ts';
import { isAfter } from './model.ts';

/** Both directions, for what has to hold in either. */
export const ORDERS = ['asc', 'desc'] as const;

/** A page that no test fills. */
export const NO_LIMIT = 50_000;

/** What to ask for; what is left out: everything, from the first event on, without end. */
export type PageQuestion = Partial<PageRequest>;

/** Asks for one page. */
export function find(store: EventStorePort, question: PageQuestion = {}): Promise<readonly Event[]> {
  return store.query({ filter: {}, order: 'asc', limit: NO_LIMIT, ...question });
}

/** Reads page after page, each after the last event of the one before, until one is not full. */
export async function* readPages(
  store: EventStorePort,
  question: PageQuestion & { readonly limit: number },
): AsyncGenerator<readonly Event[], void, void> {
  const { order = 'asc', limit } = question;
  let { after } = question;
  for (;;) {
    const page = await find(store, { ...question, after });
    expect(page.length, 'events of a page').toBeLessThanOrEqual(limit);
    const last = page.at(-1);
    if (last) yield page;
    if (!last || page.length < limit) return;
    // A store that does not move on would be read for ever.
    if (after) expect(isAfter(positionOf(last), after, order), 'a page ends behind the one before').toBe(true);
    after = positionOf(last);
  }
}

/** Reads to the end in pages of `limit`. */
export async function readToEnd(
  store: EventStorePort,
  question: PageQuestion & { readonly limit: number },
): Promise<Event[]> {
  const found: Event[] = [];
  for await (const page of readPages(store, question)) found.push(...page);
  return found;
}
