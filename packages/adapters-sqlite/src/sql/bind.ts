import type { SQLInputValue } from 'node:sqlite';
import type { EventPosition } from '@event-tracker/core/store';
import type { EventRange } from './event-range.ts';

/** Named parameters of a statement. */
export type Bound = Record<string, SQLInputValue>;

/** Returns the parameters of `selectEvents`, `selectColumns` and `selectCount`, except the limit. */
export function bind({ after, until }: EventRange, types: readonly string[] | undefined): Bound {
  return { ...bindAfter(after, types), untilTime: until.epochNanoseconds, untilId: until.id };
}

/** Returns the parameters of `selectPositionAhead`, except the number of steps. */
export function bindAfter(after: EventPosition, types: readonly string[] | undefined): Bound {
  const bound: Bound = { afterTime: after.epochNanoseconds, afterId: after.id };
  for (const [n, type] of (types ?? []).entries()) bound[`type${n}`] = type;
  return bound;
}
