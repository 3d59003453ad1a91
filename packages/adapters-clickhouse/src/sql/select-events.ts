import type { EventId } from '@event-tracker/core';
import { EVENT_COLUMNS } from './event-row.ts';
import { text } from './literal.ts';
import type { Tables } from './tables.ts';

/** Selects the rows with the given ids, in any order. */
export function selectEvents(tables: Tables, ids: readonly EventId[]): string {
  return `SELECT ${EVENT_COLUMNS} FROM ${tables.events} WHERE ${hasId(tables, ids)}`;
}

/** Selects the distinct positions of the events with the given ids. */
export function selectPositions(tables: Tables, ids: readonly EventId[]): string {
  return `
    SELECT DISTINCT UUIDNumToString(id) AS id_text, epoch_nanoseconds FROM ${tables.events}
    WHERE ${hasId(tables, ids)}`;
}

/** Selects a row if any of the ids exists. */
export function selectEventIds({ eventIds }: Tables, ids: readonly EventId[]): string {
  return `SELECT 1 FROM ${eventIds} WHERE id IN (${idsSql(ids)}) LIMIT 1`;
}

/** Condition on the ids, by positions from the table of ids, because the table of events is sorted by position. */
function hasId({ localEventIds }: Tables, ids: readonly EventId[]): string {
  return `(epoch_nanoseconds, id) IN (SELECT epoch_nanoseconds, id FROM ${localEventIds} WHERE id IN (${idsSql(ids)}))`;
}

/** The ids as rows of one column. A TSV text is parsed several times faster than an array literal. */
export function idsSql(ids: readonly EventId[]): string {
  return `SELECT UUIDStringToNum(id_text) FROM format(TSV, 'id_text String', ${text(ids.join('\n'))})`;
}
