import type { MiddlewareHandler } from 'hono';
import { rateLimiter } from 'hono-rate-limiter';
import type { AppEnv } from '../request/app-env.ts';
import { createEventLimiter, type EventLimiter } from './event-limiter.ts';
import { createLimiterStore } from './limiter-store.ts';
import { createPolicy, createRateLimitWriter, createRefusal, type Policy, type WriteRateLimits } from './policy.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SharedCounts } from './shared-counts.ts';

export interface RateLimitSettings {
  /** `undefined` if requests are not limited. */
  readonly rateLimit: RateLimit | undefined;
  /** `undefined` if events are not limited. */
  readonly eventsRateLimit: RateLimit | undefined;
  readonly maxBatchEvents: number;
}

/** Enforces the limits of each client. */
export interface RateLimiter {
  /** Counts a request, and adds the remaining quota of requests and events to its response. */
  readonly limitRequests: MiddlewareHandler<AppEnv>;
  readonly eventLimiter: EventLimiter | undefined;
}

/**
 * Creates the limiter of an app; `undefined` if nothing is limited. It counts requests and events by client (`identifyClient`).
 *
 * @param shared the counts that several servers share
 */
export function createRateLimiter(
  { rateLimit, eventsRateLimit, maxBatchEvents }: RateLimitSettings,
  shared: SharedCounts | undefined,
): RateLimiter | undefined {
  const requests = rateLimit && createPolicy('default', rateLimit, shared);
  const events = eventsRateLimit && createPolicy('events', eventsRateLimit, shared);
  const policies = [requests, events].filter((policy) => policy !== undefined);
  if (policies.length === 0) return undefined;

  const writeRateLimits = createRateLimitWriter(policies);
  const limit = requests ? limitBy(requests, writeRateLimits) : (_: unknown, next: () => Promise<void>) => next();
  return {
    limitRequests: (c, next) =>
      limit(c, () => {
        writeRateLimits(c);
        return next();
      }),
    eventLimiter: events && createEventLimiter(events, writeRateLimits, maxBatchEvents),
  };
}

/** Limits requests with hono-rate-limiter and the counter of a policy. */
function limitBy(policy: Policy, writeRateLimits: WriteRateLimits): MiddlewareHandler<AppEnv> {
  const { quota, windowMs } = policy.limit;
  return rateLimiter<AppEnv>({
    windowMs,
    limit: quota,
    standardHeaders: false, // those of an old draft: policy.ts writes the current ones
    keyGenerator: (c) => c.get('client'),
    store: createLimiterStore(policy),
    handler: (c) => {
      writeRateLimits(c);
      throw createRefusal(c, policy, `${quota} requests in ${windowMs / 1000} s are allowed; the next`);
    },
  });
}
