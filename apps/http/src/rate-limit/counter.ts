import { type ClientCounts, type Count, createClientCounts } from './client-counts.ts';
import type { RateLimit } from './rate-limit.ts';
import type { SharedCounts } from './shared-counts.ts';

/** Counts what clients use of a limit. */
export interface Counter {
  /** Consumes quota of a client. Returns false, and consumes nothing, if the remaining quota is smaller. */
  take(client: string, amount: number): boolean | Promise<boolean>;
  /** What a client has used, as far as this process knows. */
  get(client: string): Readonly<Count>;
}

/**
 * Counts here, and together with other servers where there is a way to. A client that is known to have nothing left is
 * refused without asking, so that a flood does not reach Redis; and when Redis goes away, counting goes on from what was
 * last known.
 *
 * @param name distinguishes this limit from others that are counted in the same place
 */
export function createCounter(name: string, limit: RateLimit, shared: SharedCounts | undefined): Counter {
  const counts = createClientCounts(limit);
  return shared ? shareCounts(name, limit, counts, shared) : counts;
}

function shareCounts(name: string, limit: RateLimit, counts: ClientCounts, shared: SharedCounts): Counter {
  async function confirm(client: string, amount: number): Promise<boolean> {
    const count = await shared.take(`${name}:${client}`, amount, limit);
    if (count === undefined) return true; // as it was counted here
    counts.learn(client, amount, count);
    return count.isGranted;
  }
  return {
    take: (client, amount) => counts.take(client, amount) && (shared.isDegraded() || confirm(client, amount)),
    get: counts.get,
  };
}
