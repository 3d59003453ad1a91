import { type ClientCounts, type Count, createClientCounts } from './client-counts.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SharedCounts } from './shared-counts.ts';

/** Counts the quota that clients use of a limit. */
export interface Counter {
  /** Consumes quota of a client. Returns false, and consumes nothing, if the remaining quota is smaller. */
  take(client: string, amount: number): boolean | Promise<boolean>;
  /** Returns the quota that a client has used, as known to this process. */
  get(client: string): Readonly<Count>;
}

/**
 * Counts in this process and, if Redis is set, together with other servers. A client that has no quota left is refused without a
 * request to Redis, so that a flood does not reach Redis. If Redis fails, counting continues from the last known counts.
 *
 * @param name distinguishes the limits that are counted in one Redis
 */
export function createCounter(name: string, limit: RateLimit, shared: SharedCounts | undefined): Counter {
  const counts = createClientCounts(limit);
  return shared ? shareCounts(name, limit, counts, shared) : counts;
}

function shareCounts(name: string, limit: RateLimit, counts: ClientCounts, shared: SharedCounts): Counter {
  async function confirm(client: string, amount: number): Promise<boolean> {
    const count = await shared.take(`${name}:${client}`, amount, limit);
    if (count === undefined) return true; // allowed by the count of this process
    counts.learn(client, amount, count);
    return count.isGranted;
  }
  return {
    take: (client, amount) => counts.take(client, amount) && (shared.isDegraded() || confirm(client, amount)),
    get: counts.get,
  };
}
