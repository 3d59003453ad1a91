import type { EventFilter, EventOrder, EventPosition } from '@event-tracker/core/store';
import { EVENT_COLUMNS } from './event-row.ts';
import { filterSql, instant, whereSql } from './filter-sql.ts';
import { text } from './literal.ts';
import type { Tables } from './tables.ts';

/** The rows of a page. */
export interface PageSelection {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly after?: EventPosition | undefined;
  /** Default: no limit. */
  readonly limit?: number | undefined;
}

/**
 * Selects the next rows of a range in the total order, which is the sort order of the table, so no other rows are read.
 * Copies of an event are adjacent. FINAL would merge them, but reads more rows, in descending order all of them.
 */
export function selectPage({ events }: Tables, { filter, order, after, limit }: PageSelection): string {
  const conditions = [...(after ? behind(after, order) : []), ...filterSql(filter).conditions];
  return `
    SELECT ${EVENT_COLUMNS} FROM ${events} ${whereSql(conditions)}
    ORDER BY epoch_nanoseconds ${order}, id ${order}
    ${limit === undefined ? '' : `LIMIT ${limit}`}`;
}

function behind({ epochNanoseconds, id }: EventPosition, order: EventOrder): readonly string[] {
  const sign = order === 'asc' ? '>' : '<';
  return [
    // ClickHouse uses the primary index for this condition, but not for the comparison of the tuple.
    `epoch_nanoseconds ${sign}= ${instant(epochNanoseconds)}`,
    `(epoch_nanoseconds, id) ${sign} (${instant(epochNanoseconds)}, UUIDStringToNum(${text(id)}))`,
  ];
}
