import { canOccurInNumbers, type EventFilter, isStorable } from '@event-tracker/core/store';
import { text, texts } from './literal.ts';
import { conditionSql } from './payload-sql.ts';
import { searchSql } from './search-sql.ts';

/** A filter as SQL. */
export interface FilterSql {
  /** Necessary conditions on a row. */
  readonly conditions: readonly string[];
  /** True if core must recheck the rows that meet the conditions. */
  readonly needsRecheck: boolean;
}

export function filterSql({ event_type, event_type_prefix, start, end, payload = [], q = [] }: EventFilter): FilterSql {
  const prefixes = event_type_prefix ?? [];
  const ofPayload = payload.map(conditionSql);
  const needsRecheck =
    !prefixes.every((prefix) => prefix.isWellFormed()) || ofPayload.includes(undefined) || q.some(canOccurInNumbers);
  const conditions: string[] = [];
  if (start !== undefined) conditions.push(`epoch_nanoseconds >= ${instant(start)}`);
  if (end !== undefined) conditions.push(`epoch_nanoseconds <= ${instant(end)}`);
  if (event_type !== undefined || event_type_prefix !== undefined) conditions.push(typeSql(event_type ?? [], prefixes));
  for (const condition of ofPayload) if (condition !== undefined) conditions.push(condition);
  conditions.push(...q.map(searchSql));
  return { conditions, needsRecheck };
}

/** No type has a lone surrogate. Of a prefix with one, only the text before it is tested. */
function typeSql(types: readonly string[], prefixes: readonly string[]): string {
  const known = types.filter(isStorable);
  const anyOf = prefixes.map((prefix) => `startsWith(event_type, ${text(wellFormedPartOf(prefix))})`);
  if (known.length > 0) anyOf.push(`event_type IN ${texts(known)}`);
  return anyOf.length === 0 ? 'false' : `(${anyOf.join(' OR ')})`;
}

function wellFormedPartOf(prefix: string): string {
  const foreign = prefix.search(/\p{Cs}/u);
  return foreign === -1 ? prefix : prefix.slice(0, foreign);
}

/** An instant in nanoseconds, with its type: an untyped literal of the least Int64 is parsed as a negated number that overflows. */
export function instant(epochNanoseconds: bigint): string {
  return `toInt64(${text(String(epochNanoseconds))})`;
}

export function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}
