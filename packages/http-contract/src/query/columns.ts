import { createInvalidQueryError, nearestName, parsePayloadPath, shorten } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { type CsvColumn, EVENT_COLUMNS, eventColumn, payloadColumn } from '../bodies/csv-columns.ts';
import type { QueryParameters } from './query-string.ts';

const PAYLOAD_PREFIX = 'payload.';
const MAX_COLUMNS = 100;

export const ColumnsSchema = v.optional(
  v.pipe(
    v.string(),
    v.description(
      'Columns of CSV, separated by commas: `id`, `event_type`, `timestamp`, `payload` or `payload.PATH`, for example `timestamp,payload.user_id`. Default: the first four.',
    ),
  ),
);

/**
 * Reads the columns that the parameter `columns` names; `undefined` where it is absent.
 *
 * @throws InvalidQueryError if a column is not valid
 */
export function readColumns(parameters: QueryParameters): readonly CsvColumn[] | undefined {
  const text = parameters.get('columns')?.[0];
  if (text === undefined) return undefined;
  const titles = splitAtCommas(text);
  if (titles.length > MAX_COLUMNS) throw invalidColumns(`expected at most ${MAX_COLUMNS} columns`);
  return titles.map(readColumn);
}

/** Creates the error for `columns` with a format other than CSV, where they would be ignored. */
export function createColumnsWithoutCsvError(): Error {
  return invalidColumns('only CSV has columns: add format=csv, or leave them out');
}

function readColumn(title: string): CsvColumn {
  const member = EVENT_COLUMNS.find((name) => name === title);
  if (member !== undefined) return eventColumn(member);
  if (!title.startsWith(PAYLOAD_PREFIX)) throw invalidColumns(describeUnknown(title));
  const parsed = parsePayloadPath(title, PAYLOAD_PREFIX.length);
  if ('problem' in parsed) throw invalidColumns(`${shorten(title)}: ${parsed.problem}`);
  if (parsed.end < title.length) throw invalidColumns(`${shorten(title)}: expected a path without an operator`);
  return payloadColumn(title, parsed.path);
}

function describeUnknown(title: string): string {
  const known = [...EVENT_COLUMNS, `${PAYLOAD_PREFIX}PATH`];
  if (title === '') return `expected a comma list of ${known.join(', ')}`;
  const nearest = nearestName(title, known);
  const meant = nearest === undefined ? `expected ${known.join(', ')}` : `did you mean ${nearest}?`;
  return `there is no column ${shorten(title)}; ${meant}`;
}

/** Splits a list at its commas, except those in quotes. */
function splitAtCommas(text: string): readonly string[] {
  const titles: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    if (isQuoted && text[i] === '\\') i++;
    else if (text[i] === '"') isQuoted = !isQuoted;
    else if (text[i] === ',' && !isQuoted) {
      titles.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...titles, text.slice(start)];
}

function invalidColumns(detail: string): Error {
  return createInvalidQueryError([{ parameter: 'columns', code: 'invalid_columns', detail }]);
}
