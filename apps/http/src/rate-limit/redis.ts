import type { Redis, Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** The result of the script: 1 if the quota was granted, otherwise 0; the used quota; and the milliseconds until the window ends. */
    takeOfQuota(
      key: string,
      amount: number,
      quota: number,
      windowMs: number,
    ): Result<[number, number, number], Context>;
  }
}

/** Consumes quota atomically, or nothing if the remaining quota is smaller. */
const TAKE_OF_QUOTA = `
local amount = tonumber(ARGV[1])
local used = tonumber(redis.call('GET', KEYS[1]) or 0)
local granted = used + amount <= tonumber(ARGV[2])
if granted then
  used = redis.call('INCRBY', KEYS[1], amount)
end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[3])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { granted and 1 or 0, used, left }
`;

/** Delay before a new connection after a failure. */
const RECONNECT_AFTER_MS = { first: 20, next: 500 };

/**
 * Creates a Redis client that never waits for Redis to come back: commands that cannot be sent, or were in progress when the
 * connection broke, fail immediately. It reconnects without limit, and reports errors as `error` events.
 *
 * @param timeoutMs how long a connection waits to be opened, and for a response
 */
export async function createRedis(url: string, timeoutMs: number): Promise<Redis> {
  const { Redis } = await import('ioredis');
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // For a Redis that accepts connections and does not respond.
    socketTimeout: timeoutMs,
    retryStrategy: (attempt) => (attempt === 1 ? RECONNECT_AFTER_MS.first : RECONNECT_AFTER_MS.next),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0, // a retry could count twice
    enableReadyCheck: false,
    scripts: { takeOfQuota: { lua: TAKE_OF_QUOTA, numberOfKeys: 1 } },
  });
}
