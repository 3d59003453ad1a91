import type { Row } from './scenario.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** The result of a row, as in the JSON file. */
export interface Result {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly other: (Spread & { readonly what: string }) | null;
  /** Ours divided by the other, separately in each round, so that a machine that slows down has no effect. */
  readonly ratio: Spread | null;
}

export function resultOf({ what, unit, ours, other }: Row): Result {
  const ratio = other ? spreadOf(ours.map((figure, round) => figure / (other.figures[round] ?? Number.NaN))) : null;
  return {
    what,
    unit,
    ours: spreadOf(ours),
    other: other ? { what: other.what, ...spreadOf(other.figures) } : null,
    ratio,
  };
}
