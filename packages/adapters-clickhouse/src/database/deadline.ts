import type { CancelSignal } from '@event-tracker/core/store';

/** The time limit of a call, shared by its statements. */
export interface Deadline {
  /** Returns the remaining time in milliseconds, at least 1. */
  remainingMs(): number;
  /** Aborts the call earlier. */
  readonly signal: CancelSignal | undefined;
}

/** Part of the timeout, so that a call ends before its caller stops waiting. */
const SHARE = 0.95;

export function startDeadline(timeoutMs: number, signal?: CancelSignal): Deadline {
  const expiresAt = performance.now() + SHARE * timeoutMs;
  return { remainingMs: () => Math.max(1, Math.ceil(expiresAt - performance.now())), signal };
}
