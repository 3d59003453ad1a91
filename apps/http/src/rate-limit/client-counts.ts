import { createGenerations } from './generations.ts';
import type { RateLimit } from './rate-limit.ts';

/** What a client has used of its quota. */
export interface Count {
  used: number;
  /** When it has all of it again: a time of the clock, in milliseconds. */
  resetAtMs: number;
}

/** What all servers together have counted, once something was asked for. */
export interface SharedCount {
  readonly isGranted: boolean;
  readonly used: number;
  /** Until the client has all of its quota again. */
  readonly leftMs: number;
}

/** What clients have used of a limit, as far as this process knows. */
export interface ClientCounts {
  /** Takes so much of what a client has left; where that is more than it has, takes nothing and answers false. */
  take(client: string, amount: number): boolean;
  /** What a client has used. */
  get(client: string): Readonly<Count>;
  /** Corrects a count by what became of something that was taken here already. */
  learn(client: string, amount: number, shared: SharedCount): void;
}

/**
 * Most clients whose counts are kept, half of them among those who have used much: 15 MB. Each half can be flooded only
 * by its like, and by 25,000 of them before a client asks again.
 */
const MAX_CLIENTS = 100_000;
/** Whoever has used this part of its quota has used much. */
const MUCH = 0.1;

/**
 * Counts in windows of time; a client's begins with its first request. Memory is bounded: beyond, counts are forgotten,
 * first those of clients that have used little. A flood of new addresses pushes these out, but not the count of a client
 * that is at its limit: to that end each address of the flood would have to use much as well.
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
    // More than a window is left when the clock was set back.
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
      // Where less is counted together than here, counts have been lost there; ours hold until their time is over.
      if (used >= usedHere) count.resetAtMs = now() + Math.min(leftMs, windowMs);
      set(client, count, Math.max(used, usedHere));
    },
  };
}
