/** How much is measured. */
export interface Effort {
  /** How often each side is measured, in turn with the other. */
  readonly rounds: number;
  /** Events in a store that is said to hold a million. */
  readonly many: number;
  /** Events in a store that is said to hold ten thousand. */
  readonly few: number;
  /** How long a server is under load before anything is counted, in milliseconds. */
  readonly warmUpMs: number;
  /** How long answers are counted, in milliseconds. */
  readonly loadMs: number;
}

export const FULL_EFFORT: Effort = { rounds: 5, many: 1_000_000, few: 10_000, warmUpMs: 1_500, loadMs: 3_000 };

/** Shows that everything still runs; its figures mean nothing. */
export const QUICK_EFFORT: Effort = { rounds: 1, many: 3_000, few: 1_000, warmUpMs: 50, loadMs: 100 };
