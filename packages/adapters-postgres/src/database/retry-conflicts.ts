import { createStoreUnavailableError } from '@event-tracker/core/store';
import { hasCode } from './store-error.ts';

/** serialization_failure and deadlock_detected: the transaction was rolled back and can be repeated. */
export const RETRYABLE_CODES: readonly string[] = ['40001', '40P01'];
const MAX_TRIES = 5;

/** Rejects an attempt because of what others did meanwhile: another one may succeed. */
export const RETRYABLE_CONFLICT = new Error('another call changed the same events');

/** Makes attempts until one is not rolled back because of other calls at the same time. */
export async function retryConflicts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (error !== RETRYABLE_CONFLICT && !hasCode(error, ...RETRYABLE_CODES)) throw error;
    }
  }
  throw createStoreUnavailableError(`other calls changed the same events meanwhile, ${MAX_TRIES} times in a row`);
}
