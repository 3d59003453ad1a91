import { EVENT_COLUMNS } from './event-row.ts';
import { type RowRange, rangeSql, typeSql } from './filter-sql.ts';
import { createParameters, type Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/** The rows of a page. */
export interface PageSelection extends RowRange {
  readonly limit: number;
  /** The distinct types that match the filter; `undefined` if the filter's own conditions on the type are used. */
  readonly types: readonly string[] | undefined;
}

/**
 * Selects the next rows of a range in the total order. Reads each of several types from the index on the type; PostgreSQL
 * merges the results lazily (MergeAppend).
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
  // Each part is ordered; otherwise PostgreSQL would append the parts and sort the result.
  const text = `${selects.join(' UNION ALL ')} ${selects.length === 1 ? '' : inOrder}`;
  return { text, values: parameters.values };
}
