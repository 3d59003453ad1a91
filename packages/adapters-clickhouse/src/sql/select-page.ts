import type { EventFilter, EventOrder, EventPosition } from '@event-tracker/core/store';
import { EVENT_COLUMNS } from './event-row.ts';
import { filterSql, instant, whereSql } from './filter-sql.ts';
import { text } from './literal.ts';
import type { Tables } from './tables.ts';

/** Which rows to read. */
export interface PageSelection {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly after?: EventPosition | undefined;
  /** Absent, there is no end to them. */
  readonly limit?: number | undefined;
}

/**
 * Reads the next rows of a range in the total order, which is that of the table: no more of it than they take. Copies of an
 * event stand next to each other. FINAL would leave one of them, but reads more, and backwards everything.
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
    // By itself this tells where to enter the table; the comparison of both does not.
    `epoch_nanoseconds ${sign}= ${instant(epochNanoseconds)}`,
    `(epoch_nanoseconds, id) ${sign} (${instant(epochNanoseconds)}, UUIDStringToNum(${text(id)}))`,
  ];
}
