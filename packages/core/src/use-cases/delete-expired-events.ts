import type { Event } from '../event/event.ts';
import { type EpochNanoseconds, MIN_EPOCH_NANOSECONDS } from '../event/timestamp.ts';
import { findRule, getRetentionStart, type RetentionRule } from '../retention/retention-rule.ts';
import type { EventStorePort } from '../store/event-store-port.ts';
import { MAX_DELETED_PORTION, readPortions } from './read-portions.ts';

export interface RetentionDependencies {
  readonly store: EventStorePort;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly retention: readonly RetentionRule[];
}

/** Interval between two passes over all events. */
const FULL_PASS_EVERY_MS = 86_400_000;
/** Allows for events that arrived while they expired, and for servers whose clocks differ. */
const MARGIN_NANOSECONDS = 3_600_000_000_000n;

/**
 * Returns a function that deletes the events that have expired since its last call. The first call, and then one call a day,
 * checks all events, because another server with other rules, or a restored backup, may have added expired events. The
 * function works in small steps, and any number of processes can call it concurrently: each event is counted once.
 *
 * @returns the number of deleted events; rejects with the store's errors, and the next call deletes the rest
 */
export function createExpiredEventsDeletion({ store, clock, retention }: RetentionDependencies): () => Promise<number> {
  /**
   * The time up to which each rule has been applied since the last full pass. Remaining older events belong to other rules, and
   * the tracker accepts no new ones of that age. Reading them in each call would cost more as they accumulate.
   */
  const doneUntil = new Map<RetentionRule, EpochNanoseconds>();

  async function deleteExpired(rule: RetentionRule): Promise<number> {
    const { event_type, event_type_prefix } = rule;
    const done = doneUntil.get(rule);
    const start = done === undefined ? undefined : done - MARGIN_NANOSECONDS;
    const end = getRetentionStart(rule, clock()) - 1n;
    // No event can be this old, and some stores cannot represent the instant: one read it as an instant in the future.
    if (end < MIN_EPOCH_NANOSECONDS) return 0;
    const request = { filter: { event_type, event_type_prefix, start, end }, order: 'asc', limit: Infinity } as const;
    const belongsToRule = (event: Event): boolean => findRule(event.event_type, retention) === rule;
    let deleted = 0;
    for await (const { events } of readPortions(store, request, { maxPortion: MAX_DELETED_PORTION })) {
      const ids = events.filter(belongsToRule).map(({ id }) => id);
      if (ids.length > 0) deleted += await store.delete(ids);
    }
    doneUntil.set(rule, end);
    return deleted;
  }

  let fullPassAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const now = clock();
    // Also after the clock was set back by more than the interval.
    if (Math.abs(now - fullPassAt) >= FULL_PASS_EVERY_MS) {
      doneUntil.clear();
      fullPassAt = now;
    }
    let deleted = 0;
    for (const rule of retention) deleted += await deleteExpired(rule);
    return deleted;
  };
}
