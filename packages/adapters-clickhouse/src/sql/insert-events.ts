import type { Event } from '@event-tracker/core';
import { epochNanosecondsOf } from '@event-tracker/core/store';
import { toJsonText } from './json-text.ts';
import type { Tables } from './tables.ts';

/** Rows to insert into a table. */
export interface Insertion {
  readonly table: string;
  readonly columns: readonly [string, ...string[]];
  /** The rows in the format TabSeparated. */
  readonly rows: string;
}

/** Returns the insertions of events and of their ids. The ids must be inserted first. */
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

/** Escapes a text for the format TabSeparated. Types and JSON contain no raw tabs or line breaks. */
function escaped(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
}
