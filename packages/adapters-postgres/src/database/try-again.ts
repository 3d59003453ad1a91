import { createStoreUnavailableError } from '@event-tracker/core';
import { hasCode } from './store-error.ts';

/** serialization_failure and deadlock_detected: the transaction was rolled back and may be tried again. */
export const TRY_AGAIN: readonly string[] = ['40001', '40P01'];
const MAX_TRIES = 5;

/** Rejects an attempt because of what others did meanwhile: another one may succeed. */
export const GOT_IN_THE_WAY = new Error('another call got in the way');

/** Makes attempts until one is not rolled back because of other calls at the same time. */
export async function tryAgain<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (error !== GOT_IN_THE_WAY && !hasCode(error, ...TRY_AGAIN)) throw error;
    }
  }
  throw createStoreUnavailableError(`other calls kept getting in the way of this one, ${MAX_TRIES} times`);
}
