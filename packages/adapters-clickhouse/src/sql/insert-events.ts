import type { Event } from '@event-tracker/core';
import { epochNanosecondsOf } from '@event-tracker/core/store';
import { toJsonText } from './json-text.ts';
import type { Tables } from './tables.ts';

/** Rows on their way into a table. */
export interface Insertion {
  readonly table: string;
  readonly columns: readonly [string, ...string[]];
  /** The rows in the format TabSeparated. */
  readonly rows: string;
}

/** What stores some events, and before them where they may be found. */
export function insertionsOf(tables: Tables, events: readonly Event[]): Record<'ids' | 'events', Insertion> {
  const [ids, rows]: [string[], string[]] = [[], []];
  for (const { id, event_type, timestamp, payload } of events) {
    const place = `${id}\t${epochNanosecondsOf(timestamp)}`;
    ids.push(place);
    rows.push(`${place}\t${escaped(event_type)}\t${escaped(toJsonText(payload))}`);
  }
  return {
    ids: { table: tables.eventIds, columns: ['id_text', 'epoch_nanoseconds'], rows: ids.join('\n') },
    events: {
      table: tables.events,
      columns: ['id_text', 'epoch_nanoseconds', 'event_type', 'payload'],
      rows: rows.join('\n'),
    },
  };
}

/** A text in the format TabSeparated; of tabs and ends of lines there are none in a type, nor raw ones in JSON. */
function escaped(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
}
