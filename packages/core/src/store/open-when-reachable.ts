import { startTimer } from '../runtime/event-loop.ts';

export interface OpenOptions {
  /** How long to retry, in milliseconds. */
  readonly timeoutMs: number;
  /** True if another attempt can succeed after the error. */
  readonly isUnreachable: (error: unknown) => error is Error;
  /** Maps an error to one of the port. */
  readonly toStoreError: <E>(error: E) => E | Error;
  /** Receives, once, the reason why the server is not reachable. */
  readonly onWaiting?: ((reason: Error) => void) | undefined;
}

const RETRY_EVERY_MS = 250;

/**
 * Opens a store, and retries while its server is not reachable, for example because both start at the same time.
 *
 * @throws the error of the last attempt, mapped by `toStoreError`
 */
export async function openWhenReachable<T>(
  open: () => Promise<T>,
  { timeoutMs, isUnreachable, toStoreError, onWaiting }: OpenOptions,
): Promise<T> {
  let isWaiting = false;
  let isLate = false;
  const stopTimer = startTimer(() => {
    isLate = true;
  }, timeoutMs);
  try {
    for (;;) {
      try {
        return await open();
      } catch (error) {
        if (!isUnreachable(error) || isLate) throw toStoreError(error);
        if (!isWaiting) onWaiting?.(toStoreError(error));
        isWaiting = true;
        await new Promise<void>((resolve) => startTimer(resolve, RETRY_EVERY_MS));
      }
    }
  } finally {
    stopTimer();
  }
}
