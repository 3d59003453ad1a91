/** The amounts of a run. */
export interface Effort {
  /** The number of measurements of each side, in turn with the other. */
  readonly rounds: number;
  /** The number of events of a store for which the table has a million. */
  readonly many: number;
  /** The number of events of a store for which the table has ten thousand. */
  readonly few: number;
  /** Duration of the load before it is measured, in milliseconds. */
  readonly warmUpMs: number;
  /** Duration of the measured load, in milliseconds. */
  readonly loadMs: number;
}

export const FULL_EFFORT: Effort = { rounds: 5, many: 1_000_000, few: 10_000, warmUpMs: 1_500, loadMs: 3_000 };

/** Enough to show that everything still runs. Its figures mean nothing. */
export const QUICK_EFFORT: Effort = { rounds: 1, many: 3_000, few: 1_000, warmUpMs: 50, loadMs: 100 };
