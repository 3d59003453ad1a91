import type { MiddlewareHandler } from 'hono';
import { rateLimiter } from 'hono-rate-limiter';
import type { AppEnv } from '../request/app-env.ts';
import { clientAddress } from './client-address.ts';
import { createEventLimiter, type EventLimiter } from './event-limiter.ts';
import { createLimiterStore } from './limiter-store.ts';
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

/** Enforces the limits of each client. */
export interface RateLimiter {
  /** Counts a request, and adds the remaining quota of requests and events to its response. */
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

/** Limits requests by hono-rate-limiter, over counts of ours. */
function limitBy(policy: Policy, tellLimits: TellLimits): MiddlewareHandler<AppEnv> {
  const { quota, windowMs } = policy.limit;
  return rateLimiter<AppEnv>({
    windowMs,
    limit: quota,
    standardHeaders: false, // those of an old draft: policy.ts writes the current ones
    keyGenerator: (c) => c.get('client'),
    store: createLimiterStore(policy),
    handler: (c) => {
      tellLimits(c);
      throw createRefusal(c, policy, `${quota} requests in ${windowMs / 1000} s are allowed; the next`);
    },
  });
}
