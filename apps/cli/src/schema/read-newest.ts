import type { EventTrackerClient } from '@event-tracker/client';
import type { Event, FilterQuery } from '@event-tracker/core';
import { isQuarantined, MAX_PAGE_LIMIT } from '@event-tracker/core/schemas';
import { createUsageError } from '../command-line/usage-error.ts';

export interface NewestEvents {
  /** An event type, or a prefix followed by `*`. */
  readonly eventType: string;
  readonly filters: FilterQuery;
  /** Greatest number of events. Default: all */
  readonly limit: number | undefined;
}

/**
 * Yields the events to which the schema of a type applies, the newest first, in lists as they arrive.
 *
 * @throws UsageError if the filters select types
 */
export async function* readNewest(
  tracker: Pick<EventTrackerClient, 'queryPages'>,
  { eventType, filters, limit = Number.POSITIVE_INFINITY }: NewestEvents,
): AsyncGenerator<readonly Event[], void, void> {
  const misplaced = ['event_type', 'event_type[prefix]'].find((name) => Object.hasOwn(filters, name));
  if (misplaced !== undefined) throw createUsageError(`${misplaced}: the type is already set, to ${eventType}`);
  let remaining = limit;
  const query = { ...filters, ...filterOf(eventType), order: 'desc', limit: pageLimitOf(eventType, limit) } as const;
  for await (const page of tracker.queryPages(query)) {
    const events = page.filter((event) => !isQuarantined(event)).slice(0, remaining);
    remaining -= events.length;
    yield events;
    if (remaining === 0) return;
  }
}

/** Returns a limit for the server, which otherwise reads more than is needed, if it can count the same events. */
function pageLimitOf(eventType: string, limit: number): number | undefined {
  const canBeQuarantined = eventType.endsWith('*');
  return canBeQuarantined || limit > MAX_PAGE_LIMIT ? undefined : limit;
}

function filterOf(eventType: string): FilterQuery {
  if (!eventType.endsWith('*')) return { event_type: eventType };
  return eventType === '*' ? {} : { 'event_type[prefix]': eventType.slice(0, -1) };
}
