import { setTimeout as sleep } from 'node:timers/promises';
import type { EventTrackerClient } from '@event-tracker/client';
import type { FilterQuery } from '@event-tracker/core';
import { keepTrying } from '../server/keep-trying.ts';
import type { StateFile } from './state-file.ts';
import type { OnRefused, Target } from './target.ts';

export interface ForwardOptions {
  readonly source: Pick<EventTrackerClient, 'queryPage'>;
  readonly filters: FilterQuery;
  readonly target: Target;
  readonly state: StateFile;
  /** Where to begin if nothing is saved: `start` or `now`. */
  readonly after: string;
  /** Ends when all stored events are forwarded. */
  readonly isOnce: boolean;
  readonly onRefused: OnRefused;
}

/** Time between two looks for new events. */
const POLL_EVERY_MS = 1_000;

/**
 * Forwards events in the order of arrival, each at least once. The position is saved after the target has acknowledged or refused
 * every event before it. Continues after an outage of the source or the target, of any duration.
 *
 * @throws what `onRefused` throws, or an error that a retry does not help
 */
export async function forwardEvents({
  source,
  filters,
  target,
  state,
  after,
  isOnce,
  onRefused,
}: ForwardOptions): Promise<void> {
  let position = state.position;
  for (;;) {
    const query = { ...filters, order: 'arrival', after: position ?? after, limit: target.pageSize } as const;
    const { events, next } = await keepTrying('source', () => source.queryPage(query));
    for (let start = 0; start < events.length; start += target.batchSize) {
      const batch = events.slice(start, start + target.batchSize);
      await keepTrying('target', () => target.deliver(batch, onRefused));
    }
    if (next !== undefined && next !== position) {
      state.save(next);
      position = next;
    } else {
      if (isOnce) return;
      await sleep(POLL_EVERY_MS);
    }
  }
}
