import { createRequestError, type RequestError } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';
import { type Counter, createCounter } from './counter.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SharedCounts } from './shared-counts.ts';

/** A limit, under its name in the RateLimit fields, and what clients have used of it. */
export interface Policy {
  readonly name: 'default' | 'events';
  readonly limit: RateLimit;
  readonly counter: Counter;
}

export function createPolicy(name: Policy['name'], limit: RateLimit, shared: SharedCounts | undefined): Policy {
  return { name, limit, counter: createCounter(name, limit, shared) };
}

/** Adds the remaining quota of the client to the header fields of the response. */
export type TellLimits = (c: AppContext) => void;

/**
 * Returns a function that writes the current RateLimit fields (draft-ietf-httpapi-ratelimit-headers), which hono-rate-limiter does not
 * yet write.
 */
export function createTellLimits(policies: readonly Policy[]): TellLimits {
  const policyField = policies
    .map(({ name, limit }) => `"${name}";q=${limit.quota};w=${Math.ceil(limit.windowMs / 1000)}`)
    .join(', ');
  return (c) => {
    const headers = c.get('headers');
    headers['RateLimit-Policy'] = policyField;
    headers.RateLimit = policies.map((policy) => whatIsLeft(policy, c.get('client'))).join(', ');
  };
}

/** Refuses a request; `detail` is followed by when to try again. */
export function createRefusal(c: AppContext, { counter }: Policy, detail: string): RequestError {
  const { used, resetAtMs } = counter.get(c.get('client'));
  // Nothing is used where the time ended after the request was counted: what counted against it is over.
  const seconds = used === 0 ? 1 : secondsUntil(resetAtMs);
  return createRequestError('rate_limited', `${detail} in ${seconds} s`, {
    headers: { 'Retry-After': String(seconds) },
  });
}

function whatIsLeft({ name, limit, counter }: Policy, client: string): string {
  const { used, resetAtMs } = counter.get(client);
  // A server with a greater limit may have let it use more.
  return `"${name}";r=${Math.max(0, limit.quota - used)};t=${secondsUntil(resetAtMs)}`;
}

function secondsUntil(timeMs: number): number {
  return Math.max(1, Math.ceil((timeMs - Date.now()) / 1000));
}
