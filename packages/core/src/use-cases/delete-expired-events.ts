import type { Event } from '../event/event.ts';
import { type EpochNanoseconds, MIN_EPOCH_NANOSECONDS } from '../event/timestamp.ts';
import { findRule, getRetentionStart, type RetentionRule } from '../retention/retention-rule.ts';
import type { EventStorePort } from '../store/event-store-port.ts';
import { MAX_REMOVED_PORTION, readPortions } from './read-portions.ts';

export interface RetentionDependencies {
  readonly store: EventStorePort;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly retention: readonly RetentionRule[];
}

/** How often everything is looked at again from the beginning. */
const FULL_PASS_EVERY_MS = 86_400_000;
/** For events that were on their way when they expired, and for servers whose clocks differ. */
const MARGIN_NANOSECONDS = 3_600_000_000_000n;

/**
 * Makes a function that deletes the events that have expired since its last call. The first call, and one call a day after
 * that, looks at all events: another server with other rules, or a restore, may have stored events long expired. It works
 * in small steps, and any number of processes may do it at the same time: each event is deleted by one of them.
 *
 * @returns the number of deleted events; rejects with the store's own errors, and the next call deletes the rest
 */
export function createExpiredEventsDeletion({ store, clock, retention }: RetentionDependencies): () => Promise<number> {
  /**
   * The time up to which each rule has been applied since the last full pass. Older events fall under other rules, and
   * this server accepts none so old: to read them in each call would cost more and more as they grow.
   */
  const doneUntil = new Map<RetentionRule, EpochNanoseconds>();

  async function deleteExpired(rule: RetentionRule): Promise<number> {
    const { event_type, event_type_prefix } = rule;
    const done = doneUntil.get(rule);
    const start = done === undefined ? undefined : done - MARGIN_NANOSECONDS;
    const end = getRetentionStart(rule, clock()) - 1n;
    // Nothing can be so old, and a store need not be able to express it: one took it for an instant to come.
    if (end < MIN_EPOCH_NANOSECONDS) return 0;
    const request = { filter: { event_type, event_type_prefix, start, end }, order: 'asc', limit: Infinity } as const;
    const fallsUnderRule = (event: Event): boolean => findRule(event.event_type, retention) === rule;
    let deleted = 0;
    for await (const { events } of readPortions(store, request, MAX_REMOVED_PORTION)) {
      const ids = events.filter(fallsUnderRule).map(({ id }) => id);
      if (ids.length > 0) deleted += await store.delete(ids);
    }
    doneUntil.set(rule, end);
    return deleted;
  }

  let fullPassAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const now = clock();
    // Also when the clock has been set back by more than that.
    if (Math.abs(now - fullPassAt) >= FULL_PASS_EVERY_MS) {
      doneUntil.clear();
      fullPassAt = now;
    }
    let deleted = 0;
    for (const rule of retention) deleted += await deleteExpired(rule);
    return deleted;
  };
}
