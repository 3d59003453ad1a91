import { createStoreId } from '@event-tracker/core/store';
import { createAnnouncement, createArrivalOrder } from '../sql/arrival-order.ts';
import type { Tables } from '../sql/tables.ts';

/** A migration from one schema version to the next. */
export interface Migration {
  /** A unique index on `events`, built concurrently before `change` if the table has rows. */
  readonly index?: { readonly name: string; readonly column: string };
  /** Returns the statements of the migration, which run in one transaction. */
  readonly change: (tables: Tables) => string;
}

/**
 * All migrations in order. The version of a schema is the number of migrations applied. A released migration must never
 * change.
 */
export const MIGRATIONS: readonly Migration[] = [
  { change: createEvents },
  { index: { name: 'events_by_arrival', column: 'sequence' }, change: orderArrivals },
  // Version 2 announced with a slower function.
  { change: createAnnouncement },
];

function createEvents({ events }: Tables): string {
  return `
    CREATE TABLE ${events} (
      -- The arrival order. Concurrent transactions can commit in another order.
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      -- timestamptz has only microseconds.
      epoch_nanoseconds bigint NOT NULL,
      id uuid PRIMARY KEY,
      -- Compared by bytes, which in UTF-8 is code point order.
      event_type text COLLATE "C" NOT NULL,
      -- JSON as text: jsonb does not keep the order of members.
      payload text COLLATE "C" NOT NULL
    );
    CREATE INDEX events_by_time ON ${events} (epoch_nanoseconds, id);
    CREATE INDEX events_by_type ON ${events} (event_type, epoch_nanoseconds, id);
  `;
}

/** The identity of the store is in `migrations`, because every role of a server can already read that table. */
function orderArrivals(tables: Tables): string {
  return `
    CREATE UNIQUE INDEX IF NOT EXISTS events_by_arrival ON ${tables.events} (sequence);
    ALTER TABLE ${tables.migrations} ADD COLUMN store_id text;
    UPDATE ${tables.migrations} SET store_id = '${createStoreId()}' WHERE version = 1;
    ${createArrivalOrder(tables)}
  `;
}
