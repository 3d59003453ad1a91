import type { Effort } from './effort.ts';

/** A measurement, with a limit for comparison if there is one. */
export interface Scenario {
  /** The name on the command line. */
  readonly name: string;
  /** Returns the reason why this machine cannot run the scenario; `undefined` if it can. */
  readonly missing?: () => string | undefined;
  measure(effort: Effort): Promise<readonly Row[]>;
}

/** A line of the table. */
export interface Row {
  readonly what: string;
  /** A figure of each round. */
  readonly ours: readonly number[];
  /** Other code that does the same work, measured in the same rounds. */
  readonly other?: { readonly what: string; readonly figures: readonly number[] };
  readonly unit: string;
}
