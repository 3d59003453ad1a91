import type { Log } from '../telemetry/log.ts';
import { redactUrl } from '../telemetry/redact-url.ts';
import type { SharedCount } from './client-counts.ts';
import type { RateLimit } from './rate-limit.ts';
import { createRedis } from './redis.ts';

/** Counts in Redis, for all servers together. */
export interface SharedCounts {
  /**
   * Consumes quota of a client, or nothing if the remaining quota is smaller. Returns shortly after the deadline: `undefined` if
   * Redis does not respond, or cannot count.
   */
  take(client: string, amount: number, limit: RateLimit): Promise<SharedCount | undefined>;
  /** True if Redis is unavailable, so that every server counts alone. */
  isDegraded(): boolean;
  close(): void;
}

const KEY_PREFIX = 'event-tracker:';
/** Durations of waits for Redis, in milliseconds. */
export interface RedisTimeouts {
  /** How long a request waits. */
  readonly deadlineMs: number;
  /** How long a connection waits to be opened, and for a response. */
  readonly connectionMs: number;
}

const TIMEOUTS: RedisTimeouts = { deadlineMs: 150, connectionMs: 1_000 };
/** Interval at which an unavailable Redis is retried. */
const PROBE_EVERY_MS = 1_000;
const PROBE_LIMIT: RateLimit = { quota: Number.MAX_SAFE_INTEGER, windowMs: PROBE_EVERY_MS };

/**
 * Connects to the Redis at a URL. Each outage is logged once, and its end once; requests do not wait for Redis in the
 * meantime.
 */
export async function openSharedCounts(
  url: string,
  log: Pick<Log, 'info' | 'warn'>,
  { deadlineMs, connectionMs }: RedisTimeouts = TIMEOUTS,
): Promise<SharedCounts> {
  const redis = await createRedis(url, connectionMs);
  const tooLate: NodeJS.ErrnoException = new Error(`no response within ${deadlineMs} ms`);
  let probing: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isConnected = false;
  let connectionError: NodeJS.ErrnoException | undefined;

  async function count(key: string, amount: number, { quota, windowMs }: RateLimit): Promise<SharedCount> {
    const reply = redis.takeOfQuota(KEY_PREFIX + key, amount, quota, windowMs);
    const [granted, used, leftMs] = await withinDeadline(reply, deadlineMs, tooLate);
    return { isGranted: granted === 1, used, leftMs };
  }

  async function take(key: string, amount: number, limit: RateLimit): Promise<SharedCount | undefined> {
    try {
      return await count(key, amount, limit);
    } catch (error) {
      degrade(error);
      return undefined;
    }
  }

  /** Tries the command of requests: a Redis that is full, or a replica, responds but does not count. */
  async function probe(): Promise<void> {
    try {
      await count('probe', 1, PROBE_LIMIT);
    } catch (error) {
      degrade(error);
      // The name can refer to another Redis now.
      if (isReply(error)) redis.disconnect(true);
      return;
    }
    if (!probing) return;
    clearInterval(probing);
    probing = undefined;
    log.info(`REDIS_URL: ${redactUrl(url)} is available again; limits are shared`);
  }

  function degrade(error: unknown): void {
    if (probing || isClosed) return;
    probing = setInterval(probe, PROBE_EVERY_MS).unref();
    log.warn(
      `REDIS_URL: ${redactUrl(url)} is unavailable (${reasonOf(error)}); this server counts alone until it is available`,
    );
  }

  function reasonOf(error: unknown): string {
    const reason = error === tooLate ? tooLate : isReply(error) ? error : connectionError;
    // The error of a failed connection to several addresses has no message.
    return reason?.message || reason?.code || 'the connection broke';
  }

  redis.on('error', (error: Error) => {
    connectionError = error;
  });
  redis.on('ready', () => {
    isConnected = true;
    connectionError = undefined;
  });
  redis.on('close', () => {
    // Redis can close an idle connection. It is unavailable only if a new connection fails.
    if (!isConnected) degrade(undefined);
    isConnected = false;
  });
  await redis.connect().catch(() => {}); // an event has already reported that it closed again
  await probe();

  return {
    take,
    isDegraded: () => probing !== undefined,
    close: () => {
      isClosed = true;
      clearInterval(probing);
      redis.disconnect();
    },
  };
}

/** True if Redis responded with an error. */
function isReply(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && error.name === 'ReplyError';
}

function withinDeadline<T>(reply: Promise<T>, deadlineMs: number, tooLate: Error): Promise<T> {
  return new Promise((resolve, reject) => {
    // The response may have arrived while this process was busy; then it is read before the second timer fires.
    const timer = setTimeout(() => setImmediate(() => reject(tooLate)), deadlineMs);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
