import type { Event, JsonValue } from '@event-tracker/core';
import { payloadText } from '@event-tracker/core/schemas';
import type { PayloadPath } from '@event-tracker/core/store';
import { csvRow, csvValue } from './csv.ts';
import type { Representation } from './representation.ts';

/** A column of CSV: its title, and the text of an event in it, without quotes. */
export interface CsvColumn {
  readonly title: string;
  write(event: Event): string;
}

export const EVENT_COLUMNS = ['id', 'event_type', 'timestamp', 'payload'] as const;

export function eventColumn(title: (typeof EVENT_COLUMNS)[number]): CsvColumn {
  return { title, write: title === 'payload' ? payloadText : (event) => csvValue(event[title]) };
}

/** Returns a column of the values of payloads at a path: empty if missing, a list if arrays on the path have several. */
export function payloadColumn(title: string, path: PayloadPath): CsvColumn {
  return {
    title,
    write: ({ payload }) => {
      const [value, ...others] = valuesAt(payload, path);
      return csvValue(value === undefined || others.length === 0 ? value : [value, ...others]);
    },
  };
}

/** Writes events as CSV (RFC 4180). For reading only, because spreadsheets change the files that they open. */
export function csvOf(columns: readonly CsvColumn[]): Representation {
  return {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvRow(columns.map(({ title }) => title)),
    separator: '',
    foot: '',
    write: (event) => csvRow(columns.map(({ write }) => write(event))),
  };
}

function valuesAt(value: JsonValue | undefined, path: PayloadPath): readonly JsonValue[] {
  const [name, ...rest] = path;
  if (value === undefined) return [];
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt((value as Readonly<Record<string, JsonValue>>)[name], rest);
}
