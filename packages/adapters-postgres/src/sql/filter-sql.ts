import { type EventFilter, type EventOrder, type EventPosition, isStorable } from '@event-tracker/core/store';
import { rangeOfPrefix } from './code-point-range.ts';
import { payloadSql, searchSql } from './payload-sql.ts';
import type { Parameters } from './statement.ts';

/** Selects the rows that match a filter, and possibly others, which core must recheck. */
export interface RowRange {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly after?: EventPosition | undefined;
}

/** Returns the SQL conditions of a filter and a position, except those on the type. */
export function rangeSql({ filter, order, after }: RowRange, parameters: Parameters): readonly string[] {
  const { start, end, payload = [], q = [] } = filter;
  const conditions: string[] = [];
  const isFirstBound = (bound: bigint): boolean =>
    !after || (order === 'asc' ? after.epochNanoseconds < bound : after.epochNanoseconds > bound);
  // Only the narrower of the two bounds where reading begins; with both, PostgreSQL can start at the wider one.
  if (start !== undefined && (order === 'desc' || isFirstBound(start))) {
    conditions.push(`epoch_nanoseconds >= ${parameters.add(String(start))}::bigint`);
  }
  if (end !== undefined && (order === 'asc' || isFirstBound(end))) {
    conditions.push(`epoch_nanoseconds <= ${parameters.add(String(end))}::bigint`);
  }
  if (after && isAmong(after, order, order === 'asc' ? start : end)) {
    const position = `(${parameters.add(String(after.epochNanoseconds))}::bigint, ${parameters.add(after.id)}::uuid)`;
    conditions.push(`(epoch_nanoseconds, id) ${order === 'asc' ? '>' : '<'} ${position}`);
  }
  conditions.push(...payload.flatMap((condition) => payloadSql(condition, parameters)));
  conditions.push(...q.flatMap((text) => searchSql(text, parameters)));
  return conditions;
}

/** True if a position is not before the bound where reading begins. */
function isAmong(after: EventPosition, order: EventOrder, bound: bigint | undefined): boolean {
  if (bound === undefined) return true;
  return order === 'asc' ? after.epochNanoseconds >= bound : after.epochNanoseconds <= bound;
}

/** Returns the distinct types that a filter names; `undefined` if it names none or has prefixes. */
export function typesOf({ event_type, event_type_prefix }: EventFilter): readonly string[] | undefined {
  if (event_type === undefined || event_type_prefix !== undefined) return undefined;
  return [...new Set(event_type)].filter(isStorable);
}

/** Returns the SQL condition on the type; `undefined` if the filter accepts any type. */
export function typeSql({ event_type, event_type_prefix }: EventFilter, parameters: Parameters): string | undefined {
  if (event_type === undefined && event_type_prefix === undefined) return undefined;
  const types = (event_type ?? []).filter(isStorable);
  const ranges = (event_type_prefix ?? []).map(rangeOfPrefix);
  const anyOf = ranges.map(
    ({ first, end }) => `(event_type >= ${parameters.add(first)} AND event_type < ${parameters.add(end)})`,
  );
  return `(${[`event_type = ANY (${parameters.add(types)}::text[])`, ...anyOf].join(' OR ')})`;
}
