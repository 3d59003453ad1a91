import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/*
 * The order of arrival is that of `sequence`. Its numbers are given while a transaction is under way, so they do not become
 * visible in order: a reader that only asked for what is greater than the last it saw would miss events. Therefore each
 * transaction that adds events first announces, as an advisory lock that it holds until it ends, the last number that was
 * given before its own. Readers read up to the lowest number that is announced. The lock goes with its transaction, however
 * that ends. The trigger that announces belongs to the table, so it does not matter who inserts.
 */

/** What announces transactions, and computes up to which number they are decided. */
export function createArrivalOrder(tables: Tables): string {
  const { schema, events } = tables;
  const lastGiven = `coalesce(pg_sequence_last_value('${schema}.events_sequence_seq'), 0)`;
  const setting = `event_tracker.announced_in_${tables.schemaName}`;
  const key = announcementKey(tables);
  // With the rights of the owner: whoever may insert need not have rights on the sequence.
  const asOwner = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
  return `
    CREATE FUNCTION ${schema}.announce_arrivals() RETURNS trigger LANGUAGE plpgsql ${asOwner} AS $$
    BEGIN
      -- Once in each transaction: an import of a million statements must not hold a million locks.
      IF coalesce(current_setting('${setting}', true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared(${key}, (${lastGiven} & ${LOCK_MASK})::integer);
        PERFORM set_config('${setting}', 'yes', true);
      END IF;
      RETURN NULL;
    END $$;

    CREATE TRIGGER announce_arrivals BEFORE INSERT ON ${events}
      FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.announce_arrivals();

    CREATE FUNCTION ${schema}.arrival_horizon(OUT horizon bigint, OUT last_given bigint)
    LANGUAGE plpgsql VOLATILE ${asOwner} AS $$
    DECLARE
      lag bigint;
    BEGIN
      -- In this order: a transaction that was given a number by now has announced itself, or it has ended.
      last_given := ${lastGiven};
      SELECT max((last_given - objid::bigint) & ${LOCK_MASK}) INTO lag FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${key} AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        -- Of a transaction that begins meanwhile, all numbers are greater: it is not counted.
        AND (last_given - objid::bigint) & ${LOCK_MASK} < ${LOCK_MASK} / 2;
      horizon := last_given - coalesce(lag, 0);
    END $$;
  `;
}

/** An advisory lock has room for 31 bits of a number: its distance to another one is what counts. */
const LOCK_MASK = 2 ** 31 - 1;

/** The first key of the locks: a hash of the schema (FNV-1a). Where two are equal, readers only wait longer. */
function announcementKey({ schemaName }: Tables): number {
  let hash = 0x811c9dc5;
  for (const character of schemaName) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash & LOCK_MASK;
}

/** `bigint` comes as text. */
export interface HorizonRow {
  /** Every number up to here belongs to a transaction that has ended. */
  readonly horizon: string;
  /** The greatest number that was given. */
  readonly last_given: string;
}

/** Finds how far the order is decided. What is read must be read by a later statement, whose snapshot has all of it. */
export function selectHorizon({ schema }: Tables): Statement {
  return { text: `SELECT horizon, last_given FROM ${schema}.arrival_horizon()` };
}
