import type { MiddlewareHandler } from 'hono';
import { rateLimiter, type Store } from 'hono-rate-limiter';
import type { AppEnv } from '../request/app-env.ts';
import { clientAddress } from './client-address.ts';
import { createEventLimiter, type EventLimiter } from './event-limiter.ts';
import { createPolicy, createRefusal, createTellLimits, type Policy, type TellLimits } from './policy.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SharedCounts } from './shared-counts.ts';

export interface RateLimitSettings {
  /** `undefined` where requests are not limited. */
  readonly rateLimit: RateLimit | undefined;
  /** `undefined` where events are not limited. */
  readonly eventsRateLimit: RateLimit | undefined;
  readonly trustProxyHops: number;
  readonly maxBatchEvents: number;
}

/** Holds each client to its limits. */
export interface RateLimiter {
  /** Counts a request, and tells its answer what is left of requests and of events. */
  readonly limitRequests: MiddlewareHandler<AppEnv>;
  readonly eventLimiter: EventLimiter | undefined;
}

/**
 * Makes the limiter of an app, if there is anything to limit. A client is counted by its key where that is known, else by
 * its address.
 *
 * @param shared where servers count together
 */
export function createRateLimiter(
  { rateLimit, eventsRateLimit, trustProxyHops, maxBatchEvents }: RateLimitSettings,
  shared: SharedCounts | undefined,
): RateLimiter | undefined {
  const requests = rateLimit && createPolicy('default', rateLimit, shared);
  const events = eventsRateLimit && createPolicy('events', eventsRateLimit, shared);
  const policies = [requests, events].filter((policy) => policy !== undefined);
  if (policies.length === 0) return undefined;

  const tellLimits = createTellLimits(policies);
  const limit = requests ? limitBy(requests, tellLimits) : (_: unknown, next: () => Promise<void>) => next();
  return {
    limitRequests: (c, next) => {
      const keyName = c.get('keyName');
      // No address looks like a key.
      c.set('client', keyName === undefined ? clientAddress(c.env.incoming, trustProxyHops) : `key:${keyName}`);
      return limit(c, () => {
        tellLimits(c);
        return next();
      });
    },
    eventLimiter: events && createEventLimiter(events, tellLimits, maxBatchEvents),
  };
}

/**
 * hono-rate-limiter over a counter of ours: its own memory has no bound, and its Redis store counts one at a time. The
 * counter is asked whom it may skip, and so the limiter sees only whom it has to refuse: what it does to let a request
 * pass took a tenth of the time of a submit.
 */
function limitBy(policy: Policy, tellLimits: TellLimits): MiddlewareHandler<AppEnv> {
  const { counter, limit } = policy;
  const hasNothingLeft: Store<AppEnv> = {
    increment: () => ({ totalHits: limit.quota + 1 }),
    // Never called, for every request counts.
    decrement: () => {},
    resetKey: () => {},
  };
  return rateLimiter<AppEnv>({
    windowMs: limit.windowMs,
    limit: limit.quota,
    standardHeaders: false,
    keyGenerator: (c) => c.get('client'),
    skip: (c) => counter.take(c.get('client'), 1),
    store: hasNothingLeft,
    handler: (c) => {
      tellLimits(c);
      throw createRefusal(c, policy, `${limit.quota} requests in ${limit.windowMs / 1000} s are allowed; the next`);
    },
  });
}
