import type { EpochNanoseconds } from '@event-tracker/core/store';

/** Instants from `from` up to, but not including, `behind`. */
export interface InstantRange {
  readonly from: EpochNanoseconds;
  readonly behind: EpochNanoseconds;
}
