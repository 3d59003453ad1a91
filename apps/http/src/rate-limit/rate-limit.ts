/** The quota of each client in a time window. */
export interface RateLimit {
  /** The number of requests or events. */
  readonly quota: number;
  readonly windowMs: number;
}
