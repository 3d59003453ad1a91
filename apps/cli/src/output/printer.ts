import type { Event } from '@event-tracker/core';
import { type Command, Option } from 'commander';
import { writeOutput } from './standard-output.ts';
import { createTable } from './table.ts';

/** Options of commands that print rows. */
export interface FormatOptions {
  readonly format?: 'ndjson' | 'table';
}

/** How rows look as a table. */
export interface TableLayout<Row> {
  readonly header: readonly string[];
  /** The columns of numbers, by their names in the header. Default: none */
  readonly numbers?: readonly string[];
  readonly cellsOf: (row: Row) => readonly string[];
}

export const EVENT_LAYOUT: TableLayout<Event> = {
  header: ['TIMESTAMP', 'EVENT_TYPE', 'ID', 'PAYLOAD'],
  cellsOf: ({ timestamp, event_type, id, payload }) => [timestamp, event_type, id, JSON.stringify(payload)],
};

export function addFormat(command: Command): Command {
  const description = 'one JSON value a line, or a table (default: a table on a terminal, else ndjson)';
  return command.addOption(new Option('--format <format>', description).choices(['ndjson', 'table']));
}

/** Returns a function that prints rows: as a table on a terminal, else as NDJSON. */
export function createPrinter<Row>(
  layout: TableLayout<Row>,
  options: FormatOptions,
): (rows: readonly Row[]) => Promise<void> {
  if (!isTable(options)) return (rows) => writeOutput(toNdjson(rows));
  const formatRows = createTable(layout.header, layout.numbers);
  return (rows) => writeOutput(formatRows(rows.map(layout.cellsOf)));
}

/** True if rows are printed as a table. */
export function isTable({ format = process.stdout.isTTY ? 'table' : 'ndjson' }: FormatOptions): boolean {
  return format === 'table';
}

/** Returns a line of JSON for each row. */
export function toNdjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
