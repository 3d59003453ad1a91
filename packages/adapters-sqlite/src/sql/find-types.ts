import type { EventFilter } from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { SELECT_TYPE_AFTER, SELECT_TYPE_FROM } from './select-events.ts';

/** Above this, going through the events of all types costs less than merging those of each. */
const MAX_MERGED_TYPES = 100;

/** Whether a filter leaves the type open. */
export function isAnyType({ event_type, event_type_prefix }: EventFilter): boolean {
  return event_type === undefined && event_type_prefix === undefined;
}

/** All types that a filter asks for, each once; undefined where it asks for any, or for more than can be merged. */
export function findTypes(database: Database, filter: EventFilter): readonly string[] | undefined {
  if (isAnyType(filter)) return undefined;
  // No type has half a surrogate pair; SQLite would read it as U+FFFD, which one may have.
  const types = new Set(filter.event_type?.filter((type) => type.isWellFormed()));
  for (const prefix of filter.event_type_prefix ?? []) {
    for (const type of typesThatBeginWith(database, prefix)) {
      types.add(type);
      if (types.size > MAX_MERGED_TYPES) return undefined;
    }
  }
  return types.size > MAX_MERGED_TYPES ? undefined : [...types];
}

/** Leaps through the index from type to type, however many events each has. */
function* typesThatBeginWith(database: Database, prefix: string): Generator<string, void, void> {
  const [wellFormed = ''] = WELL_FORMED_PART.exec(prefix) ?? [];
  let row = database.statement(SELECT_TYPE_FROM).get(wellFormed);
  for (;;) {
    const [type] = (row ?? []) as unknown as [string?];
    if (!type?.startsWith(wellFormed)) return;
    if (type.startsWith(prefix)) yield type;
    row = database.statement(SELECT_TYPE_AFTER).get(type);
  }
}

/** Up to the first half of a surrogate pair. */
const WELL_FORMED_PART = /^\P{Cs}*/u;
