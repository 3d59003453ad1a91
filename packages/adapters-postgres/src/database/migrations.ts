import { createStoreId } from '@event-tracker/core/store';
import { createArrivalOrder } from '../sql/arrival-order.ts';
import type { Tables } from '../sql/tables.ts';

/** A step from one version of the schema to the next. */
export interface Migration {
  /** A unique index on `events` that takes long to build: `change` finds it built where the table had rows. */
  readonly index?: { readonly name: string; readonly column: string };
  /** The statements of the step, all in one transaction. */
  readonly change: (tables: Tables) => string;
}

/**
 * How the schema came to be, step by step; the version of a schema is the number of steps that it has behind it. What
 * was released is never changed, only added to.
 */
export const MIGRATIONS: readonly Migration[] = [
  { change: createEvents },
  { index: { name: 'events_by_arrival', column: 'sequence' }, change: orderArrivals },
];

function createEvents({ events }: Tables): string {
  return `
    CREATE TABLE ${events} (
      -- The order in which events came in, as far as transactions that run at once have one.
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      -- A timestamp of PostgreSQL ends at microseconds.
      epoch_nanoseconds bigint NOT NULL,
      id uuid PRIMARY KEY,
      -- Compared by bytes, which in UTF-8 is by code points.
      event_type text COLLATE "C" NOT NULL,
      -- JSON as text: jsonb does not keep the order of members.
      payload text COLLATE "C" NOT NULL
    );
    CREATE INDEX events_by_time ON ${events} (epoch_nanoseconds, id);
    CREATE INDEX events_by_type ON ${events} (event_type, epoch_nanoseconds, id);
  `;
}

/** The identity of the store is in a table that every role of a server may read already. */
function orderArrivals(tables: Tables): string {
  return `
    CREATE UNIQUE INDEX IF NOT EXISTS events_by_arrival ON ${tables.events} (sequence);
    ALTER TABLE ${tables.migrations} ADD COLUMN store_id text;
    UPDATE ${tables.migrations} SET store_id = '${createStoreId()}' WHERE version = 1;
    ${createArrivalOrder(tables)}
  `;
}
