import { createBatchTooLargeError } from '@event-tracker/core/schemas';
import type { AppContext } from '../request/app-env.ts';
import { createRefusal, type Policy, type WriteRateLimits } from './policy.ts';

/** Counts the events of requests. */
export interface EventLimiter {
  /**
   * Deducts a number of events from the client's quota, whether or not they are stored.
   *
   * @throws RequestError rate_limited if the remaining quota is smaller, or BatchTooLargeError if the whole quota is smaller;
   * then nothing is deducted
   */
  take(c: AppContext, events: number): Promise<void>;
}

export function createEventLimiter(
  policy: Policy,
  writeRateLimits: WriteRateLimits,
  maxBatchEvents: number,
): EventLimiter {
  const { counter, limit } = policy;
  const allowed = `${limit.quota} events in ${limit.windowMs / 1000} s are allowed`;
  // A batch that exceeds the whole quota would fail at every retry.
  const maxEvents = Math.min(maxBatchEvents, limit.quota);
  return {
    take: async (c, events) => {
      if (events > maxEvents) throw createBatchTooLargeError({ events, maxEvents });
      const isGranted = await counter.take(c.get('client'), events);
      writeRateLimits(c);
      if (!isGranted)
        throw createRefusal(c, policy, `${allowed}, and fewer than these ${events} are left; all of them`);
    },
  };
}
