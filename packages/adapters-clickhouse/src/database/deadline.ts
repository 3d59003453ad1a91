/** The time that a call may take, its statements together. */
export interface Deadline {
  /** What is left of it, in milliseconds; 1 when it is over. */
  remainingMs(): number;
}

/** A call's own end comes a little before the one at which its caller no longer waits. */
const SHARE = 0.95;

export function startDeadline(timeoutMs: number): Deadline {
  const expiresAt = performance.now() + SHARE * timeoutMs;
  return { remainingMs: () => Math.max(1, Math.ceil(expiresAt - performance.now())) };
}
