import type { Event } from '@event-tracker/core';
import { jsonLine } from './json-line.ts';

/** How a list of events is written. */
export interface Representation {
  readonly contentType: string;
  readonly head: string;
  readonly separator: string;
  readonly foot: string;
  write(event: Event): string;
}

/** By media type; the first is for clients that do not mind. */
export const REPRESENTATIONS = {
  'application/json': {
    contentType: 'application/json',
    head: '[',
    separator: ',',
    foot: ']\n',
    write: (event) => JSON.stringify(event),
  },
  'application/x-ndjson': {
    contentType: 'application/x-ndjson',
    head: '',
    separator: '',
    foot: '',
    write: jsonLine,
  },
  /** RFC 4180; for looking at, for a spreadsheet changes what it opens. */
  'text/csv': {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: 'id,event_type,timestamp,payload\r\n',
    separator: '',
    foot: '',
    write: ({ id, event_type, timestamp, payload }) =>
      `${id},${csvField(defuse(event_type))},${timestamp},${csvField(JSON.stringify(payload))}\r\n`,
  },
} satisfies Record<string, Representation>;

export type EventsMediaType = keyof typeof REPRESENTATIONS;

/** The media types of lists of events. */
export const EVENTS_MEDIA_TYPES = Object.keys(REPRESENTATIONS) as readonly EventsMediaType[];

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would run what begins like a formula. */
function defuse(text: string): string {
  return /^[=+\-@\t]/.test(text) ? `'${text}` : text;
}
