import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Statement } from '../sql/statement.ts';
import type { Tables } from '../sql/tables.ts';
import { buildIndex } from './build-index.ts';
import { type Database, inTransaction, type Session } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { hasCode } from './store-error.ts';

/** lock_not_available: others use the table; deadlock_detected: so does an attempt of a server that was killed. */
const TRY_LATER = ['55P03', '40P01'];
const RETRY_EVERY_MS = 250;
/** While a change waits for the table, every write waits behind it. */
const MAX_LOCK_MS = 300;

/**
 * Brings the schema to the version that this package knows, while servers of the version before go on writing. Of many
 * servers that start at the same time one does it, the others wait. A schema that is up to date needs no right to change it.
 *
 * @param database with two connections at least
 * @param timeoutMs how long to try where others hold the table
 * @returns the identity of the store
 * @throws StoreUnavailableError where a newer version has written the schema
 */
export async function migrate(database: Database, tables: Tables, timeoutMs: number): Promise<string> {
  const expiresAt = performance.now() + timeoutMs;
  while (!(await database.run((session) => isUpToDate(session, tables)))) {
    try {
      if (await tryMigrate(database, tables)) continue;
    } catch (error) {
      if (!hasCode(error, ...TRY_LATER) || performance.now() > expiresAt) throw error;
    }
    await sleep(RETRY_EVERY_MS);
  }
  return database.run((session) => findStoreId(session, tables));
}

/** Does what is left to do, unless another server is about to: then it returns false. */
function tryMigrate(database: Database, tables: Tables): Promise<boolean> {
  return database.run((session) =>
    inTransaction(session, async () => {
      const [lock] = await session.query<{ readonly is_ours: boolean }>(lockSchema(tables));
      if (!lock?.is_ours) return false;
      await session.query({ text: 'SET LOCAL idle_in_transaction_session_timeout = 0' });
      const version = await findVersion(session, tables);
      // On another connection: an index is built without a transaction. A schema that is new has no events to wait for.
      for (const { index } of version === 0 ? [] : MIGRATIONS.slice(version)) {
        if (index) await database.run((other) => buildIndex(other, tables, index));
      }
      await session.query({ text: `SET LOCAL lock_timeout = ${MAX_LOCK_MS}` });
      // While it waited for the lock, another server may have done it all.
      if (!(await isUpToDate(session, tables))) await bringUpToDate(session, tables);
      return true;
    }),
  );
}

async function isUpToDate(session: Session, tables: Tables): Promise<boolean> {
  const version = await findVersion(session, tables);
  if (version <= MIGRATIONS.length) return version === MIGRATIONS.length;
  throw createStoreUnavailableError(
    `the schema ${tables.schemaName} was written by a newer version of this server: it has version ${version}, ` +
      `and this server knows up to ${MIGRATIONS.length}`,
  );
}

async function findVersion(session: Session, tables: Tables): Promise<number> {
  const [found] = await session.query<{ readonly is_there: boolean }>(findMigrations(tables));
  if (!found?.is_there) return 0;
  const [row] = await session.query<{ readonly version: number }>(selectVersion(tables));
  return row?.version ?? 0;
}

async function bringUpToDate(session: Session, tables: Tables): Promise<void> {
  const [schema] = await session.query<{ readonly is_there: boolean }>(findSchema(tables));
  // Not "if not exists": that asks for the right to create schemas also where there is nothing to create.
  if (!schema?.is_there) await session.query({ text: `CREATE SCHEMA ${tables.schema}` });
  await session.query(createMigrations(tables));
  const done = await findVersion(session, tables);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < done) continue;
    await session.query({ text: migration.change(tables) });
    await session.query(insertMigration(tables, index + 1));
  }
}

async function findStoreId(session: Session, { schemaName, migrations }: Tables): Promise<string> {
  const text = `SELECT store_id FROM ${migrations} WHERE store_id IS NOT NULL`;
  const [row] = await session.query<{ readonly store_id: string }>({ text });
  if (row) return row.store_id;
  throw createStoreUnavailableError(`the schema ${schemaName} has lost its identity, store_id in the table migrations`);
}

/**
 * One migration at a time in each schema, until the transaction ends. It does not wait: a statement that waits would hold up
 * the building of an index.
 */
function lockSchema({ schemaName }: Tables): Statement {
  return {
    text: `SELECT pg_try_advisory_xact_lock(hashtextextended('event-tracker:' || $1, 0)) AS is_ours`,
    values: [schemaName],
  };
}

function findSchema({ schemaName }: Tables): Statement {
  return { text: 'SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS is_there', values: [schemaName] };
}

function findMigrations({ schemaName }: Tables): Statement {
  return {
    text: `SELECT EXISTS (
        SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $1 AND relname = 'migrations'
      ) AS is_there`,
    values: [schemaName],
  };
}

function createMigrations({ migrations }: Tables): Statement {
  return {
    text: `CREATE TABLE IF NOT EXISTS ${migrations} (
      version integer PRIMARY KEY,
      migrated_at timestamptz NOT NULL DEFAULT now()
    )`,
  };
}

function selectVersion({ migrations }: Tables): Statement {
  return { text: `SELECT max(version) AS version FROM ${migrations}` };
}

function insertMigration({ migrations }: Tables, version: number): Statement {
  return { text: `INSERT INTO ${migrations} (version) VALUES ($1)`, values: [version] };
}
