import { createRequestError, type RequestError } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';
import { type Counter, createCounter } from './counter.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SharedCounts } from './shared-counts.ts';

/** A limit, its name in the RateLimit fields, and the counter of its clients. */
export interface Policy {
  readonly name: 'default' | 'events';
  readonly limit: RateLimit;
  readonly counter: Counter;
}

export function createPolicy(name: Policy['name'], limit: RateLimit, shared: SharedCounts | undefined): Policy {
  return { name, limit, counter: createCounter(name, limit, shared) };
}

/** Adds the remaining quota of the client to the header fields of the response. */
export type WriteRateLimits = (c: AppContext) => void;

/**
 * Returns a function that writes the current RateLimit fields (draft-ietf-httpapi-ratelimit-headers), which hono-rate-limiter does not
 * yet write.
 */
export function createRateLimitWriter(policies: readonly Policy[]): WriteRateLimits {
  const policyField = policies
    .map(({ name, limit }) => `"${name}";q=${limit.quota};w=${Math.ceil(limit.windowMs / 1000)}`)
    .join(', ');
  return (c) => {
    const headers = c.get('headers');
    headers['RateLimit-Policy'] = policyField;
    headers.RateLimit = policies.map((policy) => remainingQuota(policy, c.get('client'))).join(', ');
  };
}

/** Creates the error for a request beyond the limit. The time of the next attempt is appended to `detail`. */
export function createRefusal(c: AppContext, { counter }: Policy, detail: string): RequestError {
  const { used, resetAtMs } = counter.get(c.get('client'));
  // The used quota is 0 if the window has ended since the request was counted.
  const seconds = used === 0 ? 1 : secondsUntil(resetAtMs);
  return createRequestError('rate_limited', `${detail} in ${seconds} s`, {
    headers: { 'Retry-After': String(seconds) },
  });
}

function remainingQuota({ name, limit, counter }: Policy, client: string): string {
  const { used, resetAtMs } = counter.get(client);
  // A server with a greater limit may have allowed more.
  return `"${name}";r=${Math.max(0, limit.quota - used)};t=${secondsUntil(resetAtMs)}`;
}

function secondsUntil(timeMs: number): number {
  return Math.max(1, Math.ceil((timeMs - Date.now()) / 1000));
}
