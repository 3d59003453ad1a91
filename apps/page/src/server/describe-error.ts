import { isRequestError } from '@event-tracker/client/read';
import { isInvalidQueryError } from '@event-tracker/core';

/** An error as a sentence, and what the person can do. */
export interface Failure {
  readonly sentence: string;
  readonly remedy: 'another key' | 'another query' | 'retry';
}

/** What a call does, and the scope that it requires. */
export interface Purpose {
  readonly action: string;
  readonly scope: 'read' | 'admin';
}

const READING: Purpose = { action: 'read events', scope: 'read' };

export function describeError(error: unknown, { action, scope }: Purpose = READING): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (isInvalidQueryError(error)) return { sentence: message, remedy: 'another query' };
  const code = isRequestError(error) ? error.code : undefined;
  if (code === 'unauthorized') return { sentence: 'This server requires a key.', remedy: 'another key' };
  if (code === 'forbidden')
    return {
      sentence: `This key has no right to ${action}: the scope “${scope}” is required.`,
      remedy: 'another key',
    };
  if (code === 'rate_limited')
    return { sentence: 'Too many requests. Wait a minute, then try again.', remedy: 'retry' };
  return { sentence: message, remedy: 'retry' };
}
