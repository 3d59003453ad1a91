import type { EventFilter } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { SELECT_TYPE_AFTER, SELECT_TYPE_FROM } from './select-events.ts';

/** With more types, scanning the events of all types costs less than merging the index ranges of the types. */
const MAX_MERGED_TYPES = 100;

/** True if a filter does not restrict the type. */
export function isAnyType({ event_type, event_type_prefix }: EventFilter): boolean {
  return event_type === undefined && event_type_prefix === undefined;
}

/** Returns the distinct types that a filter accepts; `undefined` if it accepts any type, or more than `maxTypes`. */
export function findTypes(
  database: Database,
  filter: EventFilter,
  maxTypes = MAX_MERGED_TYPES,
): readonly string[] | undefined {
  if (isAnyType(filter)) return undefined;
  // No stored type has a lone surrogate. SQLite would convert one to U+FFFD, which a stored type can have.
  const types = new Set(filter.event_type?.filter((type) => type.isWellFormed()));
  for (const prefix of filter.event_type_prefix ?? []) {
    for (const type of typesWithPrefix(database, prefix)) {
      types.add(type);
      if (types.size > maxTypes) return undefined;
    }
  }
  return types.size > maxTypes ? undefined : [...types];
}

/** Yields the types with a prefix by one index lookup for each type (a skip scan). */
function* typesWithPrefix(database: Database, prefix: string): Generator<string, void, void> {
  const [wellFormed = ''] = WELL_FORMED_PART.exec(prefix) ?? [];
  let row = database.statement(SELECT_TYPE_FROM).get(wellFormed);
  for (;;) {
    const [type] = (row ?? []) as unknown as [string?];
    if (!type?.startsWith(wellFormed)) return;
    if (type.startsWith(prefix)) yield type;
    row = database.statement(SELECT_TYPE_AFTER).get(type);
  }
}

/** The text before the first lone surrogate. */
const WELL_FORMED_PART = /^\P{Cs}*/u;
