import type { EventTypeSummary, StatsRow } from '@event-tracker/core';
import { csvRow, csvValue } from './csv.ts';

/** Writes statistics as CSV; `other` marks the group of all events in none of the top groups. */
export function statsAsCsv(rows: readonly StatsRow[]): string {
  const fields = rows.map(({ bucket, group, value, other }) => [
    bucket ?? '',
    group === null ? '' : csvValue(group),
    value === null ? '' : csvValue(value),
    other === undefined ? '' : 'true',
  ]);
  return [['bucket', 'group', 'value', 'other'], ...fields].map(csvRow).join('');
}

/** Writes event types as CSV. */
export function eventTypesAsCsv(rows: readonly EventTypeSummary[]): string {
  const fields = rows.map(({ event_type, count, first, last }) => [csvValue(event_type), String(count), first, last]);
  return [['event_type', 'count', 'first', 'last'], ...fields].map(csvRow).join('');
}
