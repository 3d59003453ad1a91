import type { Event } from '@event-tracker/core';
import { epochNanosecondsOf } from '@event-tracker/core/store';
import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/** Inserts events. Fails with unique_violation if an id is already stored. */
export function insertEvents(tables: Tables, events: readonly Event[]): Statement {
  return { text: insertion(tables), values: columnsOf(events) };
}

/** Inserts the events whose ids are not stored yet. Returns these ids. */
export function insertNewEvents(tables: Tables, events: readonly Event[]): Statement {
  return { text: `${insertion(tables)} ON CONFLICT (id) DO NOTHING RETURNING id`, values: columnsOf(events) };
}

function insertion({ events }: Tables): string {
  return (
    `INSERT INTO ${events} (id, event_type, epoch_nanoseconds, payload) ` +
    'SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])'
  );
}

/** Returns an array for each column, so that the SQL text does not depend on the number of events. */
function columnsOf(events: readonly Event[]): readonly (readonly string[])[] {
  return [
    events.map(({ id }) => id),
    events.map(({ event_type }) => event_type),
    events.map(({ timestamp }) => String(epochNanosecondsOf(timestamp))),
    events.map(({ payload }) => JSON.stringify(payload)),
  ];
}
