import type { EventTrackerClient } from '@event-tracker/client';
import { submitEach } from '../server/submit-each.ts';
import type { Target } from './target.ts';

const PAGE_SIZE = 500;

/** Stores events in another tracker, with their ids, so that an event that is sent twice is stored once. */
export function createTrackerTarget(tracker: Pick<EventTrackerClient, 'submitAll'>): Target {
  return {
    pageSize: PAGE_SIZE,
    batchSize: PAGE_SIZE,
    deliver: (events, onRefused) =>
      submitEach(
        tracker,
        events.map((event) => ({ event })),
        { confirmed: () => {}, refused: ({ event }, problem) => onRefused(event, problem) },
      ),
  };
}
