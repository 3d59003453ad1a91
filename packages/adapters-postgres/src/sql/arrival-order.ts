import type { Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/*
 * The arrival order is the order of `sequence`. PostgreSQL assigns its numbers before a transaction commits, so they do not
 * become visible in order: a reader that only selected greater numbers than the last one would miss events. Therefore each
 * transaction that inserts events first announces the last number assigned before its own, as the key of an advisory lock.
 * Readers read up to the lowest announced number, the horizon. PostgreSQL releases the lock when the transaction ends. A
 * trigger on the table announces, so the order also holds for other writers.
 */

/** Returns the statements that create the trigger and the function that computes the horizon. */
export function createArrivalOrder(tables: Tables): string {
  const { schema, events } = tables;
  const lastGiven = lastGivenOf(tables);
  return `
    ${createAnnouncement(tables)}

    CREATE TRIGGER announce_arrivals BEFORE INSERT ON ${events}
      FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.announce_arrivals();

    CREATE FUNCTION ${schema}.arrival_horizon(OUT horizon bigint, OUT last_given bigint)
    LANGUAGE plpgsql VOLATILE ${AS_OWNER} AS $$
    DECLARE
      lag bigint;
    BEGIN
      -- In this order: each transaction with an assigned number has announced itself or has ended.
      last_given := ${lastGiven};
      SELECT max((last_given - objid::bigint) & ${LOCK_MASK}) INTO lag FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${announcementKey(tables)} AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        -- Ignores transactions that began since: all of their numbers are greater.
        AND (last_given - objid::bigint) & ${LOCK_MASK} < ${LOCK_MASK} / 2;
      horizon := last_given - coalesce(lag, 0);
    END $$;
  `;
}

/**
 * Returns the statement that creates or replaces the function of the trigger. A transaction announces with its first statement
 * and, if there is a second one, again: only then does it set a parameter that later statements read. Setting the parameter
 * costs as much as the rest of the function, and most transactions have one statement.
 */
export function createAnnouncement(tables: Tables): string {
  const parameter = `event_tracker.announced_in_${tables.schemaName}`;
  const number = `(${lastGivenOf(tables)} & ${LOCK_MASK})::integer`;
  const announce = `pg_advisory_xact_lock_shared(${announcementKey(tables)}, ${number})`;
  return `
    CREATE OR REPLACE FUNCTION ${tables.schema}.announce_arrivals() RETURNS trigger LANGUAGE plpgsql ${AS_OWNER} AS $$
    DECLARE
      -- Assignments evaluate an expression; PERFORM would run a query, which costs more.
      unused boolean;
    BEGIN
      IF pg_current_xact_id_if_assigned() IS NULL THEN
        -- The transaction has written nothing yet.
        unused := ${announce} IS NULL;
      ELSIF coalesce(current_setting('${parameter}', true), '') = '' THEN
        unused := ${announce} IS NULL;
        -- So that an import of a million statements does not hold a million locks. A rollback to a savepoint undoes both.
        unused := set_config('${parameter}', 'yes', true) IS NULL;
      END IF;
      RETURN NULL;
    END $$;
  `;
}

/** With the privileges of the owner, because a role that inserts need not have privileges on the sequence. */
const AS_OWNER = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/** Returns the SQL of the last number assigned. */
function lastGivenOf({ schema }: Tables): string {
  return `coalesce(pg_sequence_last_value('${schema}.events_sequence_seq'), 0)`;
}

/** The key of an advisory lock has 31 bits, so numbers are compared by their distance modulo 2^31. */
const LOCK_MASK = 2 ** 31 - 1;

/** Returns the first key of the locks, a hash of the schema name (FNV-1a). A collision only makes readers wait longer. */
function announcementKey({ schemaName }: Tables): number {
  let hash = 0x811c9dc5;
  for (const character of schemaName) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash & LOCK_MASK;
}

/** pg returns `bigint` as text. */
export interface HorizonRow {
  /** All numbers up to the horizon belong to transactions that have ended. */
  readonly horizon: string;
  /** The greatest number assigned. */
  readonly last_given: string;
}

/** Selects the horizon. Events must be read by a later statement, whose snapshot contains all events up to the horizon. */
export function selectHorizon({ schema }: Tables): Statement {
  return { text: `SELECT horizon, last_given FROM ${schema}.arrival_horizon()` };
}
