import type { EventId } from '@event-tracker/core';
import { EVENT_COLUMNS } from './event-row.ts';
import { text } from './literal.ts';
import type { Tables } from './tables.ts';

/** Finds all rows of some ids, in any order. */
export function selectEvents(tables: Tables, ids: readonly EventId[]): string {
  return `SELECT ${EVENT_COLUMNS} FROM ${tables.events} WHERE ${hasId(tables, ids)}`;
}

/** Where in the order the events of some ids are, each place once. */
export function selectPlaces(tables: Tables, ids: readonly EventId[]): string {
  return `
    SELECT DISTINCT UUIDNumToString(id) AS id_text, epoch_nanoseconds FROM ${tables.events}
    WHERE ${hasId(tables, ids)}`;
}

/** Whether there is any of some ids: a row, or none. */
export function selectEventIds({ eventIds }: Tables, ids: readonly EventId[]): string {
  return `SELECT 1 FROM ${eventIds} WHERE id IN (${idsSql(ids)}) LIMIT 1`;
}

/** What has to hold of a row to be one of some ids: a place from the table of ids, where the table of events is entered. */
function hasId({ localEventIds }: Tables, ids: readonly EventId[]): string {
  return `(epoch_nanoseconds, id) IN (SELECT epoch_nanoseconds, id FROM ${localEventIds} WHERE id IN (${idsSql(ids)}))`;
}

/** The ids as rows of one column: as a table in a text they are read several times faster than as an array. */
export function idsSql(ids: readonly EventId[]): string {
  return `SELECT UUIDStringToNum(id_text) FROM format(TSV, 'id_text String', ${text(ids.join('\n'))})`;
}
