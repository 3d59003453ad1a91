/** The time limit of a call, shared by its statements. */
export interface Deadline {
  /** Returns the remaining time in milliseconds, at least 1. */
  remainingMs(): number;
}

/** Part of the timeout, so that a call ends before its caller stops waiting. */
const SHARE = 0.95;

export function startDeadline(timeoutMs: number): Deadline {
  const expiresAt = performance.now() + SHARE * timeoutMs;
  return { remainingMs: () => Math.max(1, Math.ceil(expiresAt - performance.now())) };
}
