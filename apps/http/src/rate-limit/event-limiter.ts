import { createBatchTooLargeError } from '@event-tracker/core/schemas';
import type { AppContext } from '../request/app-env.ts';
import { createRefusal, type Policy, type TellLimits } from './policy.ts';

/** Counts events, so that a batch counts as many as it holds. */
export interface EventLimiter {
  /**
   * Deducts a number of events from the client's quota, whether or not they are stored.
   *
   * @throws RequestError rate_limited where that is more than it has, or BatchTooLargeError where it is more than it can
   * ever have; then nothing is taken
   */
  take(c: AppContext, events: number): Promise<void>;
}

export function createEventLimiter(policy: Policy, tellLimits: TellLimits, maxBatchEvents: number): EventLimiter {
  const { counter, limit } = policy;
  const allowed = `${limit.quota} events in ${limit.windowMs / 1000} s are allowed`;
  // What could never pass is too large, not to be sent again.
  const maxEvents = Math.min(maxBatchEvents, limit.quota);
  return {
    take: async (c, events) => {
      if (events > maxEvents) throw createBatchTooLargeError({ events, maxEvents });
      const isGranted = await counter.take(c.get('client'), events);
      tellLimits(c);
      if (!isGranted)
        throw createRefusal(c, policy, `${allowed}, and fewer than these ${events} are left; all of them`);
    },
  };
}
