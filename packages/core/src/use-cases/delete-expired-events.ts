import type { Event } from '../event/event.ts';
import { type EpochNanoseconds, MIN_EPOCH_NANOSECONDS } from '../event/timestamp.ts';
import { keptSince, type RetentionRule, ruleFor } from '../retention/retention-rule.ts';
import type { EventStorePort } from '../store/event-store-port.ts';
import { MAX_REMOVED_PORTION, readPortions } from './read-portions.ts';

export interface RetentionDependencies {
  readonly store: EventStorePort;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly retention: readonly RetentionRule[];
}

/** For events that were on their way when they expired, and for servers whose clocks differ. */
const MARGIN_NANOSECONDS = 3_600_000_000_000n;

/**
 * Makes a function that removes what has expired since it was called last; the first time, all that has expired. It goes
 * in small steps, and any number of processes may do it at once: each event is removed by one of them.
 *
 * @returns how many events it removed; it rejects with the store's own errors, and does the rest the next time
 */
export function createExpiredEventsDeletion({ store, clock, retention }: RetentionDependencies): () => Promise<number> {
  /**
   * Up to where each rule is done. What is left before that falls under other rules, and nothing so old is let in any
   * more: to go through it again would cost more and more as it grows.
   */
  const doneUntil = new Map<RetentionRule, EpochNanoseconds>();

  async function deleteExpired(rule: RetentionRule): Promise<number> {
    const { event_type, event_type_prefix } = rule;
    const done = doneUntil.get(rule);
    const start = done === undefined ? undefined : done - MARGIN_NANOSECONDS;
    const end = keptSince(rule, clock()) - 1n;
    // Nothing can be so old, and a store need not be able to express it: one took it for an instant to come.
    if (end < MIN_EPOCH_NANOSECONDS) return 0;
    const request = { filter: { event_type, event_type_prefix, start, end }, order: 'asc', limit: Infinity } as const;
    const fallsUnderRule = (event: Event): boolean => ruleFor(event.event_type, retention) === rule;
    let deleted = 0;
    for await (const { events } of readPortions(store, request, MAX_REMOVED_PORTION)) {
      const ids = events.filter(fallsUnderRule).map(({ id }) => id);
      if (ids.length > 0) deleted += await store.delete(ids);
    }
    doneUntil.set(rule, end);
    return deleted;
  }

  return async () => {
    let deleted = 0;
    for (const rule of retention) deleted += await deleteExpired(rule);
    return deleted;
  };
}
