/** How much of something each client may have in a time. */
export interface RateLimit {
  /** Requests, or events. */
  readonly quota: number;
  readonly windowMs: number;
}
