import type { Event } from '@event-tracker/core';
import type { EventStorePort, PageRequest } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { positionOf } from './event-builder.ts';
import { isAfter } from './model.ts';

/** Both directions, for behaviours that do not depend on the direction. */
export const ORDERS = ['asc', 'desc'] as const;

/** The limit of a page that no test fills. */
export const NO_LIMIT = 50_000;

/** Members of a request. Default: all events, in ascending order. */
export type PageOptions = Partial<PageRequest>;

/** Requests one page. */
export function find(store: EventStorePort, options: PageOptions = {}): Promise<readonly Event[]> {
  return store.query({ filter: {}, order: 'asc', limit: NO_LIMIT, ...options });
}

/** Reads pages, each after the last event of the previous one, until a page is not full. */
export async function* readPages(
  store: EventStorePort,
  options: PageOptions & { readonly limit: number },
): AsyncGenerator<readonly Event[], void, void> {
  const { order = 'asc', limit } = options;
  let { after } = options;
  for (;;) {
    const page = await find(store, { ...options, after });
    expect(page.length, 'events of a page').toBeLessThanOrEqual(limit);
    const last = page.at(-1);
    if (last) yield page;
    if (!last || page.length < limit) return;
    // Without this check, a store that always returns the same page would be read endlessly.
    if (after) expect(isAfter(positionOf(last), after, order), 'a page ends after the previous one').toBe(true);
    after = positionOf(last);
  }
}

/** Returns the events of all pages. */
export async function readToEnd(
  store: EventStorePort,
  options: PageOptions & { readonly limit: number },
): Promise<Event[]> {
  const found: Event[] = [];
  for await (const page of readPages(store, options)) found.push(...page);
  return found;
}
