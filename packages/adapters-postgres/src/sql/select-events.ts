import type { EventId } from '@event-tracker/core';
import { EVENT_COLUMNS } from './event-row.ts';
import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/** Selects events by id, in any order. */
export function selectEvents({ events }: Tables, ids: readonly EventId[]): Statement {
  return { text: `SELECT ${EVENT_COLUMNS} FROM ${events} WHERE id = ANY ($1::uuid[])`, values: [ids] };
}
