import { createFilterRequiredError, createStoreTimeoutError } from '../errors.ts';
import type { EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import type { EventStorePort } from '../store/event-store-port.ts';
import { MAX_REMOVED_PORTION, readPortions } from './read-portions.ts';

export interface DeleteDependencies {
  readonly store: EventStorePort;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export interface DeleteOptions {
  /** Whether to remove nothing, and only tell how many it would be. */
  readonly dryRun?: boolean;
}

/** Time for one call: many millions of events take several, each going on where the one before ended. */
const MAX_DURATION_MS = 60_000;

/**
 * Removes all events that match, in steps small enough that nobody waits for long behind one. Where it fails half-way,
 * what was removed until then stays removed, and the same call again removes the rest.
 *
 * @returns how many it removed, or would
 * @throws FilterRequiredError where the query names no filter, InvalidQueryError, StoreTimeoutError after a minute, or
 * the store's own errors
 */
export async function deleteEvents(
  { store, clock }: DeleteDependencies,
  query: FilterQuery,
  { dryRun = false }: DeleteOptions = {},
): Promise<number> {
  const { filter } = parseFilteredQuery({}, { ...query });
  if (Object.values(filter).every((member) => member === undefined)) throw createFilterRequiredError();
  if (dryRun) return countMatching(store, filter);
  const expiresAt = clock() + MAX_DURATION_MS;
  let deleted = 0;
  const request = { filter, order: 'asc', limit: Infinity } as const;
  for await (const { events } of readPortions(store, request, MAX_REMOVED_PORTION)) {
    if (clock() >= expiresAt) {
      throw createStoreTimeoutError(`${deleted} events are removed so far; the same call again goes on from there`);
    }
    deleted += await store.delete(events.map(({ id }) => id));
  }
  return deleted;
}

async function countMatching(store: EventStorePort, filter: EventFilter): Promise<number> {
  const [cell] = await store.aggregate({ filter, metrics: [{ kind: 'count' }] });
  return Number(cell?.values[0] ?? 0);
}
