import { isRequestError } from '@event-tracker/client/read';
import { isInvalidQueryError, isStoreUnavailableError } from '@event-tracker/core';

/** An error as a sentence, and what the person can do. */
export interface Failure {
  readonly sentence: string;
  /** True if another key can help. */
  readonly needsKey: boolean;
}

export function describeError(error: unknown): Failure {
  if (isRequestError(error)) {
    if (error.code === 'unauthorized') return { sentence: 'This server requires a key.', needsKey: true };
    if (error.code === 'forbidden')
      return { sentence: 'This key has no right to read events: the scope “read” is required.', needsKey: true };
    if (error.code === 'rate_limited')
      return { sentence: 'Too many requests. Wait a minute, then try again.', needsKey: false };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (isInvalidQueryError(error)) return { sentence: message, needsKey: false };
  if (isStoreUnavailableError(error))
    return { sentence: `The server or its store cannot be reached: ${message}`, needsKey: false };
  return { sentence: message, needsKey: false };
}
