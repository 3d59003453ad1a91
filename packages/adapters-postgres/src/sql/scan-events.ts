import type { EventFilter } from '@event-tracker/core/store';
import { EVENT_COLUMNS } from './event-row.ts';
import { rangeSql, typeSql } from './filter-sql.ts';
import { createParameters, type Statement } from './statement.ts';
import type { Tables } from './tables.ts';

const ROWS_PER_FETCH = 1_000;

/** Opens a cursor on all rows that can match a filter, in any order. */
export function openScan({ events }: Tables, filter: EventFilter): Statement {
  const parameters = createParameters();
  const ofType = typeSql(filter, parameters) ?? 'true';
  const conditions = [ofType, ...rangeSql({ filter, order: 'asc' }, parameters)].join(' AND ');
  return {
    text: `DECLARE scan NO SCROLL CURSOR FOR SELECT ${EVENT_COLUMNS} FROM ${events} WHERE ${conditions}`,
    values: parameters.values,
  };
}

/** Fetches the next rows of the cursor. Returns no rows at the end. */
export function fetchScan(): Statement {
  return { text: `FETCH ${ROWS_PER_FETCH} FROM scan` };
}

export function closeScan(): Statement {
  return { text: 'CLOSE scan' };
}
