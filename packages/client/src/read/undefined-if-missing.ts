import { isRequestError } from '@event-tracker/http-contract';

/** Returns undefined if the server has no event with the id of the call. */
export async function undefinedIfMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isRequestError(error) && error.code === 'event_not_found') return undefined;
    throw error;
  }
}
