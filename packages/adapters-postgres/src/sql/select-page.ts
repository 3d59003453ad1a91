import { EVENT_COLUMNS } from './event-row.ts';
import { type RowRange, rangeSql, typeSql } from './filter-sql.ts';
import { createParameters, type Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/** Which rows to read, and how many. */
export interface PageSelection extends RowRange {
  readonly limit: number;
  /** All types that match the filter, each once; undefined where the filter is to tell. */
  readonly types: readonly string[] | undefined;
}

/**
 * Reads the next rows of a range, in the total order, from the index on. Of several types it reads each from the index
 * that begins with the type, and PostgreSQL merges what it reads (MergeAppend), row by row as they are needed.
 */
export function selectPage(tables: Tables, selection: PageSelection): Statement {
  const { types, order, limit } = selection;
  const parameters = createParameters();
  const conditions = rangeSql(selection, parameters);
  const ofTypes = types?.map((type) => `event_type = ${parameters.add(type)}`) ?? [
    typeSql(selection.filter, parameters) ?? 'true',
  ];
  const inOrder = `ORDER BY epoch_nanoseconds ${order}, id ${order} LIMIT ${parameters.add(limit)}`;
  const selects = ofTypes.map((ofType) => {
    const where = [ofType, ...conditions].join(' AND ');
    return `(SELECT ${EVENT_COLUMNS} FROM ${tables.events} WHERE ${where} ${inOrder})`;
  });
  // Each in order by itself: else they would be put together first and sorted then.
  const text = `${selects.join(' UNION ALL ')} ${selects.length === 1 ? '' : inOrder}`;
  return { text, values: parameters.values };
}
