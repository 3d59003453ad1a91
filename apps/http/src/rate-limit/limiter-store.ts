import type { Store } from 'hono-rate-limiter';
import type { AppEnv } from '../request/app-env.ts';
import type { Policy } from './policy.ts';

/**
 * Creates a store for hono-rate-limiter from a counter, which is bounded in memory and, if Redis is set, shared between servers.
 * A refused request consumes no quota, so a client that continues to send requests is served again when its window ends.
 */
export function createLimiterStore({ counter, limit }: Pick<Policy, 'counter' | 'limit'>): Store<AppEnv> {
  function hitsOf(client: string, isGranted: boolean) {
    const { used, resetAtMs } = counter.get(client);
    // A server with a greater limit may have let the client use more.
    const totalHits = isGranted ? Math.min(used, limit.quota) : limit.quota + 1;
    return { totalHits, resetTime: new Date(resetAtMs) };
  }

  async function release(client: string, amount: number): Promise<void> {
    if (amount > 0) await counter.take(client, -amount);
  }

  return {
    increment: (client) => {
      const isGranted = counter.take(client, 1);
      // Without Redis, the result is available immediately.
      if (typeof isGranted === 'boolean') return hitsOf(client, isGranted);
      return isGranted.then((isGranted) => hitsOf(client, isGranted));
    },
    decrement: (client) => release(client, Math.min(1, counter.get(client).used)),
    resetKey: (client) => release(client, counter.get(client).used),
  };
}
