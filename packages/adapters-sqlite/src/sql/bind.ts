import type { SQLInputValue } from 'node:sqlite';
import type { EventRange } from './event-range.ts';

/** Named parameters of the statements of `selectEvents` and `selectPositionAhead`. */
export type Bound = Record<string, SQLInputValue>;

export function bind({ after, until }: EventRange, types: readonly string[] | undefined): Bound {
  const bound: Bound = {
    afterTime: after.epochNanoseconds,
    afterId: after.id,
    untilTime: until.epochNanoseconds,
    untilId: until.id,
  };
  for (const [n, type] of (types ?? []).entries()) bound[`type${n}`] = type;
  return bound;
}
