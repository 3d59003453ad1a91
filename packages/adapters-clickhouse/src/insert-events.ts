import { type Event, epochNanosecondsOf } from '@event-tracker/core';
import type { Insertion } from './database.ts';
import type { Tables } from './tables.ts';

/** Stores events. */
export function insertEvents({ events: table }: Tables, events: readonly Event[]): Insertion {
  const rows = events.map(({ id, event_type, timestamp, payload }) => {
    const columns = [id, escaped(event_type), epochNanosecondsOf(timestamp), escaped(JSON.stringify(payload))];
    return `${columns.join('\t')}\n`;
  });
  return { table, columns: ['id_text', 'event_type', 'epoch_nanoseconds', 'payload'], rows: rows.join('') };
}

/** Stores where the events of some ids may be found. */
export function insertEventIds({ eventIds: table }: Tables, events: readonly Event[]): Insertion {
  const rows = events.map(({ id, timestamp }) => `${id}\t${epochNanosecondsOf(timestamp)}\n`);
  return { table, columns: ['id_text', 'epoch_nanoseconds'], rows: rows.join('') };
}

/** A text in the format TabSeparated; of tabs and ends of lines there are none in a type, nor raw ones in JSON. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\');
}
