import { eventText } from '@event-tracker/core/schemas';
import { csvOf, EVENT_COLUMNS, eventColumn } from './csv-columns.ts';
import { eventLine } from './json-line.ts';
import { jsonArrayOf, type Representation } from './representation.ts';

/** Formats of lists of events, by media type; the first is the default. */
export const REPRESENTATIONS = {
  'application/json': jsonArrayOf(eventText),
  'application/x-ndjson': linesAs('application/x-ndjson'),
  'application/jsonl': linesAs('application/jsonl'),
  'text/csv': csvOf(EVENT_COLUMNS.map(eventColumn)),
} satisfies Record<string, Representation>;

export type EventsMediaType = keyof typeof REPRESENTATIONS;

/** The media types of lists of events. */
export const EVENTS_MEDIA_TYPES = Object.keys(REPRESENTATIONS) as readonly EventsMediaType[];

function linesAs(contentType: string): Representation {
  return { contentType, head: '', separator: '', foot: '', write: eventLine };
}
