import { createInvalidQueryError } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { EVENT_STREAM_MEDIA_TYPE } from '../bodies/event-stream.ts';
import type { EventsMediaType } from '../bodies/representations.ts';
import type { QueryParameters } from './query-string.ts';

const MEDIA_TYPES = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  sse: EVENT_STREAM_MEDIA_TYPE,
} as const satisfies Record<string, EventsMediaType | typeof EVENT_STREAM_MEDIA_TYPE>;

type Format = keyof typeof MEDIA_TYPES;

/** Returns the schema of a parameter `format`. */
function formatSchema<const Formats extends readonly Format[]>(formats: Formats) {
  return v.optional(
    v.pipe(
      v.picklist(formats, `expected ${formats.join(', ')}`),
      v.description('Format of the response, for links and spreadsheets. Takes precedence over `Accept`.'),
    ),
  );
}

export const EventsFormatSchema = formatSchema(['json', 'ndjson', 'csv', 'sse']);
export const RowsFormatSchema = formatSchema(['json', 'csv']);

/**
 * Returns the media type that the parameter `format` names; `undefined` if it is absent.
 *
 * @throws InvalidQueryError for an unknown format
 */
export function readFormat<Known extends Format>(
  parameters: QueryParameters,
  schema: v.GenericSchema<unknown, Known | undefined>,
): (typeof MEDIA_TYPES)[Known] | undefined {
  const parsed = v.safeParse(schema, parameters.get('format')?.[0]);
  if (parsed.success) return parsed.output === undefined ? undefined : MEDIA_TYPES[parsed.output];
  const [{ message: detail }] = parsed.issues;
  throw createInvalidQueryError([{ parameter: 'format', code: 'invalid_format', detail }]);
}
