import { createStoreUnavailableError } from '@event-tracker/core/store';
import { hasCode } from './store-error.ts';

/** serialization_failure and deadlock_detected: the transaction was rolled back and can be repeated. */
export const RETRYABLE_CODES: readonly string[] = ['40001', '40P01'];
const MAX_ATTEMPTS = 5;

/** Thrown by an attempt that a concurrent change made invalid. Another attempt can succeed. */
export const RETRYABLE_CONFLICT = new Error('another call changed the same events');

/** Repeats an attempt that fails because of a concurrent change, up to `MAX_ATTEMPTS` times. */
export async function retryConflicts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (error !== RETRYABLE_CONFLICT && !hasCode(error, ...RETRYABLE_CODES)) throw error;
    }
  }
  throw createStoreUnavailableError(`concurrent calls changed the same events in ${MAX_ATTEMPTS} attempts; try again`);
}
