import type { EventFilter } from '@event-tracker/core/store';
import { EVENT_COLUMNS } from './event-row.ts';
import { filterSql, whereSql } from './filter-sql.ts';
import type { Tables } from './tables.ts';

/** Selects the events that can match a filter, each once, in any order. */
export function selectMatches({ events }: Tables, filter: EventFilter): string {
  return `SELECT ${EVENT_COLUMNS} FROM ${events} FINAL ${whereSql(filterSql(filter).conditions)}`;
}
