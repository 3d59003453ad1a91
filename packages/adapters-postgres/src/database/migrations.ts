import type { Tables } from '../sql/tables.ts';

/**
 * How the schema came to be, step by step; the version of a schema is the number of steps that it has behind it. What
 * was released is never changed, only added to.
 */
export const MIGRATIONS: readonly ((tables: Tables) => string)[] = [createEvents];

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
