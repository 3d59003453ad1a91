import type { Effort } from './effort.ts';

/** Something that is measured, beside its limit where it has one. */
export interface Scenario {
  /** What it is chosen by. */
  readonly name: string;
  /** Why it cannot be measured on this machine, where it cannot. */
  readonly missing?: () => string | undefined;
  measure(effort: Effort): Promise<readonly Row[]>;
}

/** A line of the table. */
export interface Row {
  readonly what: string;
  /** A figure of each round. */
  readonly ours: readonly number[];
  /** What could at best be had, measured in the same rounds. */
  readonly limit?: { readonly what: string; readonly figures: readonly number[] };
  readonly unit: string;
  /** Absent where the figure is there to be known, not to be judged. */
  readonly target?: Target;
}

/** What the ratio of ours to the limit should be or, where there is no limit, ours itself. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };
