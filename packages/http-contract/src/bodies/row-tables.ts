import type { EventTypeSummary, StatsRow } from '@event-tracker/core';
import { csvRow, csvValue } from './csv.ts';
import { jsonArrayOf, type Representation } from './representation.ts';

/** Formats of lists of rows, by media type; the first is the default. */
export interface RowFormats<Row> {
  readonly 'application/json': Representation<Row>;
  readonly 'text/csv': Representation<Row>;
}

/** Formats of statistics. In CSV, `other` marks the group of all events in none of the top groups. */
export const STATS_FORMATS: RowFormats<StatsRow> = {
  'application/json': jsonArrayOf(),
  'text/csv': csvTableOf(['bucket', 'group', 'value', 'other'], ({ bucket, group, value, other }) => [
    bucket ?? '',
    group === null ? '' : csvValue(group),
    value === null ? '' : csvValue(value),
    other === undefined ? '' : 'true',
  ]),
};

/** Formats of event types. */
export const EVENT_TYPE_FORMATS: RowFormats<EventTypeSummary> = {
  'application/json': jsonArrayOf(),
  'text/csv': csvTableOf(['event_type', 'count', 'first', 'last'], ({ event_type, count, first, last }) => [
    csvValue(event_type),
    String(count),
    first,
    last,
  ]),
};

/** Writes a list as one text. */
export function writeAll<Item>({ head, separator, foot, write }: Representation<Item>, items: readonly Item[]): string {
  return head + items.map(write).join(separator) + foot;
}

function csvTableOf<Row>(titles: readonly string[], fieldsOf: (row: Row) => readonly string[]): Representation<Row> {
  return {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvRow(titles),
    separator: '',
    foot: '',
    write: (row) => csvRow(fieldsOf(row)),
  };
}
