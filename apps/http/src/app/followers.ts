import { createOverloadedError } from '@event-tracker/core/schemas';
import { createRequestError } from '@event-tracker/http-contract';
import { createDisconnectedError } from '../request/read-options.ts';

/** The clients that follow events. */
export interface Followers {
  /**
   * Adds a follower.
   *
   * @throws OverloadedError if there are too many, RequestError draining if the server is stopping
   */
  join(): Follower;
  count(): number;
  /** Longest time for which a follower has been behind, in seconds. */
  lagSeconds(): number;
}

interface Follower {
  /** Aborted when the follower has left, or when the server stops. The reason is an error for the response, if none has begun. */
  readonly signal: AbortSignal;
  /** Records whether the client has been sent all events. */
  setUpToDate(isUpToDate: boolean): void;
  leave(): void;
}

export interface FollowersOptions {
  readonly maxFollowers: number;
  /** Aborted when every stream must end. */
  readonly stopping: AbortSignal;
}

/** When a follower that was refused can try again: others leave at any time. */
const RETRY_AFTER_MS = 5_000;

export function createFollowers({ maxFollowers, stopping }: FollowersOptions): Followers {
  /** Time since which each follower is behind, in milliseconds; `undefined` if it is not. */
  const behindSince = new Map<AbortController, number | undefined>();
  stopping.addEventListener('abort', () => {
    for (const follower of behindSince.keys()) follower.abort(createDrainingError());
  });

  return {
    join: () => {
      if (stopping.aborted) throw createDrainingError();
      if (behindSince.size >= maxFollowers)
        throw createOverloadedError(`there are ${maxFollowers} followers, as many as MAX_FOLLOWERS allows`, {
          retryAfterMs: RETRY_AFTER_MS,
        });
      const follower = new AbortController();
      behindSince.set(follower, performance.now());
      return {
        signal: follower.signal,
        setUpToDate: (isUpToDate) => {
          if (!behindSince.has(follower)) return;
          behindSince.set(follower, isUpToDate ? undefined : (behindSince.get(follower) ?? performance.now()));
        },
        leave: () => {
          behindSince.delete(follower);
          follower.abort(createDisconnectedError());
        },
      };
    },
    count: () => behindSince.size,
    lagSeconds: () => {
      const now = performance.now();
      let longestMs = 0;
      for (const since of behindSince.values()) if (since !== undefined) longestMs = Math.max(longestMs, now - since);
      return longestMs / 1_000;
    },
  };
}

function createDrainingError(): Error {
  return createRequestError('draining', 'this server is stopping');
}
