import type { Event } from '@event-tracker/core';
import { beginTimeSlice, type CancelSignal, type PageRequest } from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';
import { scanEvents } from './contents/scan-events.ts';

/** Returns a page of the events whose sequence is at most `committed`: the port's `query`. */
export async function findPage(
  contents: Contents,
  request: PageRequest,
  committed: number,
  signal: CancelSignal | undefined,
): Promise<readonly Event[]> {
  const { limit, order, after } = request;
  const found: Event[] = [];
  const scan = { ...contents.select(request.filter), order, after, committed };
  await scanEvents(scan, beginTimeSlice({ signal }), (event) => found.push(event) >= limit);
  return found;
}
