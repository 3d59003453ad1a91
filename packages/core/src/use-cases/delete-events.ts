import { createFilterRequiredError, createStoreTimeoutError } from '../errors.ts';
import type { EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import type { EventStorePort, ReadOptions, StoreReadOptions } from '../store/event-store-port.ts';
import { MAX_DELETED_PORTION, readPortions } from './read-portions.ts';

export interface DeleteDependencies {
  readonly store: EventStorePort;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Options of a deletion. The signal ends only a call that counts: a deletion completes. */
export interface DeleteOptions extends ReadOptions {
  /** If true, only counts the events that would be deleted. Default: false. */
  readonly dryRun?: boolean;
}

/** Greatest duration of a call. Deleting many millions of events requires several calls. */
const MAX_DURATION_MS = 60_000;

/**
 * Deletes all matching events, in steps that are small enough not to delay other calls. If a step fails, the events deleted so
 * far stay deleted, and repeating the call deletes the rest.
 *
 * @returns the number of events that were deleted, or would be
 * @throws FilterRequiredError if the query has no filter, InvalidQueryError, StoreTimeoutError after a minute, or the store's
 * errors
 */
export async function deleteEvents(
  { store, clock }: DeleteDependencies,
  query: FilterQuery,
  { dryRun = false, ...options }: DeleteOptions & StoreReadOptions = {},
): Promise<number> {
  const { filter } = parseFilteredQuery({}, { ...query });
  if (Object.values(filter).every((member) => member === undefined)) throw createFilterRequiredError();
  if (dryRun) return countMatching(store, filter, options);
  const expiresAt = clock() + MAX_DURATION_MS;
  let deleted = 0;
  const request = { filter, order: 'asc', limit: Infinity } as const;
  for await (const { events } of readPortions(store, request, {
    client: options.client,
    maxPortion: MAX_DELETED_PORTION,
  })) {
    if (clock() >= expiresAt) {
      throw createStoreTimeoutError(`${deleted} events are deleted so far; repeat the call to delete the rest`);
    }
    deleted += await store.delete(events.map(({ id }) => id));
  }
  return deleted;
}

async function countMatching(store: EventStorePort, filter: EventFilter, options: StoreReadOptions): Promise<number> {
  const [cell] = await store.aggregate({ filter, metrics: [{ kind: 'count' }] }, options);
  return Number(cell?.values[0] ?? 0);
}
