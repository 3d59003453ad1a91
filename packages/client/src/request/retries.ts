import type { CancelSignal } from '@event-tracker/core/store';
import { type TemporaryFailure, temporaryFailureOf } from './errors.ts';
import { sleep } from './sleep.ts';

/** Which failures of a request are followed by another attempt. */
export type RetryPolicy =
  /** Temporary ones, because a second request has the same result: reads, and events with ids. */
  | 'temporary failures'
  /** Those where the request certainly had no effect: deletions and replays, whose result would be wrong the second time. */
  | 'failures without effect';

export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** Time for which attempts are repeated. Later, the last error is thrown. */
  readonly retryForMs: number;
  readonly signal?: CancelSignal | undefined;
}

/** The attempts at one call. */
export interface Retries {
  /** Waits before the next attempt, or rejects with the error if there must be none. */
  waitAfter(error: unknown): Promise<void>;
  /** Counts from the beginning, because there was progress. */
  reset(): void;
}

const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;

export function createRetries({ policy, retryForMs, signal }: RetryOptions): Retries {
  let failures = 0;
  let failingSince: number | undefined;
  return {
    waitAfter: async (error) => {
      const failure = temporaryFailureOf(error);
      if (!failure || (failure.mayHaveTakenEffect && policy === 'failures without effect')) throw error;
      failingSince ??= Date.now();
      const delayMs = chooseDelay(failures++, failure);
      if (Date.now() + delayMs > failingSince + retryForMs) throw error;
      await sleep(delayMs, signal);
    },
    reset: () => {
      failures = 0;
      failingSince = undefined;
    },
  };
}

/** Doubles with each failure. A random part keeps clients that failed together from returning together. */
export function chooseDelay(failures: number, { retryAfterMs }: Pick<TemporaryFailure, 'retryAfterMs'>): number {
  const delayMs = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** failures);
  return Math.max(retryAfterMs ?? 0, delayMs / 2) + (Math.random() * delayMs) / 2;
}
