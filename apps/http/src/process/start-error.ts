/** The server cannot start; the message names what the operator must change. */
export interface StartError extends Error {
  readonly code: 'cannot_start';
}

export function createStartError(message: string, cause?: unknown): StartError {
  return Object.assign(new Error(message, { cause }), { name: 'StartError', code: 'cannot_start' as const });
}

/** True if the server cannot start for a reason that the operator can change. */
export function isStartError(error: unknown): error is StartError {
  return error instanceof Error && 'code' in error && error.code === 'cannot_start';
}

/** Runs a step of the start. Any error becomes a StartError. */
export function startStep<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw createStartError(messageOf(error), error);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
