import type { MiddlewareHandler } from 'hono';
import { rateLimiter } from 'hono-rate-limiter';
import type { AppContext, AppEnv } from './app-env.ts';
import { clientAddress } from './client-address.ts';
import { createRequestError } from './request-error.ts';

/** So many requests in so long a time, for each client. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/**
 * Limits the requests of each client address, and tells every answer the current RateLimit fields
 * (draft-ietf-httpapi-ratelimit-headers), which the library does not yet write.
 */
export function limitRate({ requests, windowMs }: RateLimit, trustProxyHops: number): MiddlewareHandler<AppEnv> {
  const policy = `"default";q=${requests};w=${Math.ceil(windowMs / 1000)}`;

  function addFields(c: AppContext): number {
    const { remaining = 0, resetTime } = c.get('rateLimit') ?? {};
    const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? Date.now()) - Date.now()) / 1000));
    const headers = c.get('headers');
    headers['RateLimit-Policy'] = policy;
    headers.RateLimit = `"default";r=${remaining};t=${seconds}`;
    return seconds;
  }

  const limit = rateLimiter<AppEnv>({
    windowMs,
    limit: requests,
    standardHeaders: false,
    keyGenerator: (c) => clientAddress(c.env.incoming, trustProxyHops),
    handler: (c) => {
      const seconds = addFields(c);
      throw createRequestError(
        'rate_limited',
        `${requests} requests in ${windowMs / 1000} s are allowed; the next in ${seconds} s`,
        {
          headers: { 'Retry-After': String(seconds) },
        },
      );
    },
  });
  return (c, next) =>
    limit(c, () => {
      addFields(c);
      return next();
    });
}
