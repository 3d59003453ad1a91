import { type EventFilter, type EventOrder, type EventPosition, isStorable } from '@event-tracker/core/store';
import { rangeOfPrefix } from './code-point-range.ts';
import { payloadSql } from './payload-sql.ts';
import type { Parameters } from './statement.ts';

/** Which rows to look for: those that match the filter, and perhaps others that only core can tell from them. */
export interface RowRange {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly after?: EventPosition | undefined;
}

/** What has to hold of a row, its type aside, for its event to match a filter and stand behind a position. */
export function rangeSql({ filter, order, after }: RowRange, parameters: Parameters): readonly string[] {
  const { start, end, payload = [] } = filter;
  const conditions: string[] = [];
  const isFirstBound = (bound: bigint): boolean =>
    !after || (order === 'asc' ? after.epochNanoseconds < bound : after.epochNanoseconds > bound);
  // Of two bounds at the end where the reading begins only the narrower one, or the index may be entered at the other.
  if (start !== undefined && (order === 'desc' || isFirstBound(start))) {
    conditions.push(`epoch_nanoseconds >= ${parameters.add(String(start))}::bigint`);
  }
  if (end !== undefined && (order === 'asc' || isFirstBound(end))) {
    conditions.push(`epoch_nanoseconds <= ${parameters.add(String(end))}::bigint`);
  }
  if (after && isAmong(after, order, order === 'asc' ? start : end)) {
    const place = `(${parameters.add(String(after.epochNanoseconds))}::bigint, ${parameters.add(after.id)}::uuid)`;
    conditions.push(`(epoch_nanoseconds, id) ${order === 'asc' ? '>' : '<'} ${place}`);
  }
  return [...conditions, ...payload.flatMap((condition) => payloadSql(condition, parameters))];
}

/** Whether a position does not lie before the bound at which the reading begins. */
function isAmong(after: EventPosition, order: EventOrder, bound: bigint | undefined): boolean {
  if (bound === undefined) return true;
  return order === 'asc' ? after.epochNanoseconds >= bound : after.epochNanoseconds <= bound;
}

/** The types that a filter names, each once; undefined where it also has prefixes, or names none. */
export function typesOf({ event_type, event_type_prefix }: EventFilter): readonly string[] | undefined {
  if (event_type === undefined || event_type_prefix !== undefined) return undefined;
  return [...new Set(event_type)].filter(isStorable);
}

/** What has to hold of a row's type; undefined where any will do. */
export function typeSql({ event_type, event_type_prefix }: EventFilter, parameters: Parameters): string | undefined {
  if (event_type === undefined && event_type_prefix === undefined) return undefined;
  const types = (event_type ?? []).filter(isStorable);
  const ranges = (event_type_prefix ?? []).map(rangeOfPrefix);
  const anyOf = ranges.map(
    ({ first, end }) => `(event_type >= ${parameters.add(first)} AND event_type < ${parameters.add(end)})`,
  );
  return `(${[`event_type = ANY (${parameters.add(types)}::text[])`, ...anyOf].join(' OR ')})`;
}
