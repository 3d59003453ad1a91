/** What an error code means to a client: `GET /problems/{code}` returns it. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
}

/** The cure of a temporary problem. */
export const RETRY =
  'Send the same request again after Retry-After; with an id in each event, nothing is stored twice.';
