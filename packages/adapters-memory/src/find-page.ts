import { beginTimeSlice, type Event, type PageRequest } from '@event-tracker/core';
import type { Contents } from './contents.ts';
import { scanEvents } from './scan-events.ts';

/** Finds one page among the events stored up to a sequence. */
export async function findPage(contents: Contents, request: PageRequest, committed: number): Promise<readonly Event[]> {
  const { limit, ...range } = request;
  const indexes = contents.indexesFor(range.filter);
  const found: Event[] = [];
  await scanEvents({ ...range, indexes, committed }, beginTimeSlice(), (event) => found.push(event) >= limit);
  return found;
}
