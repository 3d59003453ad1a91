import { createGenerations } from './generations.ts';
import type { RateLimit } from './rate-limit.ts';

/** The quota that a client has used. */
export interface Count {
  used: number;
  /** Time at which the full quota is available again, in milliseconds of the clock. */
  resetAtMs: number;
}

/** The count of all servers, after a request for quota. */
export interface SharedCount {
  readonly isGranted: boolean;
  readonly used: number;
  /** Time until the full quota is available again. */
  readonly leftMs: number;
}

/** The quotas that clients have used of a limit, as known to this process. */
export interface ClientCounts {
  /** Consumes quota of a client. Returns false, and consumes nothing, if the remaining quota is smaller. */
  take(client: string, amount: number): boolean;
  /** Returns the quota that a client has used. */
  get(client: string): Readonly<Count>;
  /** Corrects a count by the shared count of quota that was consumed here. */
  learn(client: string, amount: number, shared: SharedCount): void;
}

/**
 * Greatest number of clients whose counts are kept, half of them for heavy users: 15 MB. Only 25,000 newer clients of the same
 * half, between two requests of a client, can evict its count.
 */
const MAX_CLIENTS = 100_000;
/** Part of the quota from which a client counts as a heavy user. */
const MUCH = 0.1;

/**
 * Counts in time windows. The window of a client starts with its first request. Memory is bounded: the counts of clients that
 * have used little are evicted first, so that a flood of new addresses does not evict the count of a client at its limit.
 */
export function createClientCounts(
  { quota, windowMs }: RateLimit,
  { maxClients = MAX_CLIENTS, now = Date.now }: { readonly maxClients?: number; readonly now?: () => number } = {},
): ClientCounts {
  const little = createGenerations<Count>(maxClients / 2);
  const much = createGenerations<Count>(maxClients / 2);
  const muchFrom = Math.min(quota, Math.max(2, Math.ceil(quota * MUCH)));

  function find(client: string): Count | undefined {
    const count = little.get(client) ?? much.get(client);
    if (count === undefined) return undefined;
    const leftMs = count.resetAtMs - now();
    // The rest is longer than a window if the clock was set back.
    return leftMs > 0 && leftMs <= windowMs ? count : undefined;
  }

  function findOrBegin(client: string): Count {
    const count = find(client);
    if (count !== undefined) return count;
    const begun = { used: 0, resetAtMs: now() + windowMs };
    much.delete(client);
    little.set(client, begun);
    return begun;
  }

  function set(client: string, count: Count, used: number): void {
    count.used = used;
    if (used >= muchFrom && little.delete(client)) much.set(client, count);
  }

  return {
    take: (client, amount) => {
      const count = findOrBegin(client);
      if (count.used + amount > quota) return false;
      set(client, count, count.used + amount);
      return true;
    },
    get: (client) => find(client) ?? { used: 0, resetAtMs: now() + windowMs },
    learn: (client, amount, { isGranted, used, leftMs }) => {
      const count = findOrBegin(client);
      const usedHere = isGranted ? count.used : Math.max(0, count.used - amount);
      // A shared count below the local one has lost requests; the local one holds until its window ends.
      if (used >= usedHere) count.resetAtMs = now() + Math.min(leftMs, windowMs);
      set(client, count, Math.max(used, usedHere));
    },
  };
}
