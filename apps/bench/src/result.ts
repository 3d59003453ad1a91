import type { Row, Target } from './scenario.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** The result of a row, as in the JSON file. */
export interface Result {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly limit: (Spread & { readonly what: string }) | null;
  /** Ours divided by the limit, separately in each round, so that a machine that slows down has no effect. */
  readonly ratio: Spread | null;
  readonly target: Target | null;
  readonly isMet: boolean | null;
}

export function resultOf({ what, unit, ours, limit, target }: Row): Result {
  const ratio = limit ? spreadOf(ours.map((figure, round) => figure / (limit.figures[round] ?? Number.NaN))) : null;
  const own = spreadOf(ours);
  return {
    what,
    unit,
    ours: own,
    limit: limit ? { what: limit.what, ...spreadOf(limit.figures) } : null,
    ratio,
    target: target ?? null,
    isMet: target ? isMet(target, (ratio ?? own).median) : null,
  };
}

function isMet(target: Target, figure: number): boolean {
  return 'atLeast' in target ? figure >= target.atLeast : figure <= target.atMost;
}
