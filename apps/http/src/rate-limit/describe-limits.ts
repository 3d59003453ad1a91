import { redactUrl } from '../telemetry/redact-url.ts';
import type { RateLimit } from './rate-limit.ts';

/** Describes the limits for the log. */
export function describeLimits({
  rateLimit,
  eventsRateLimit,
  redisUrl,
}: {
  readonly rateLimit: RateLimit | undefined;
  readonly eventsRateLimit: RateLimit | undefined;
  readonly redisUrl: string | undefined;
}): string {
  const limits = [describe(rateLimit, 'requests'), describe(eventsRateLimit, 'events')].filter((text) => text !== '');
  if (limits.length === 0) return 'no rate limit';
  const shared = redisUrl === undefined ? '' : `, counted in ${redactUrl(redisUrl)}`;
  return `${limits.join(' and ')} per client${shared}`;
}

function describe(limit: RateLimit | undefined, what: string): string {
  return limit ? `${limit.quota} ${what} in ${limit.windowMs / 1000} s` : '';
}
