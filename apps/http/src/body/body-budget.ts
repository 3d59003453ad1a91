import { createOverloadedError } from '@event-tracker/core/schemas';

/** Limits the total memory of the bodies of all pending requests. */
export interface BodyBudget {
  /** Opens the share of a request. */
  open(): BodyShare;
  /** Returns the number of reserved bytes. */
  taken(): number;
}

export interface BodyShare {
  /** Reserves bytes; returns false if the budget does not have them. */
  take(bytes: number): boolean;
  /** Releases all bytes of the share. */
  close(): void;
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let available = maxBytes;
  return {
    taken: () => maxBytes - available,
    open: () => {
      let taken = 0;
      return {
        take: (bytes) => {
          if (bytes > available) return false;
          available -= bytes;
          taken += bytes;
          return true;
        },
        close: () => {
          available += taken;
          taken = 0;
        },
      };
    },
  };
}

/** Most bodies arrive within this time. */
const RETRY_AFTER_MS = 1_000;

export function tooManyBodies(): Error {
  return createOverloadedError('too many large requests are running', { retryAfterMs: RETRY_AFTER_MS });
}
