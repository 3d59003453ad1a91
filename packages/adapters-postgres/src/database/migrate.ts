import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Statement } from '../sql/statement.ts';
import type { Tables } from '../sql/tables.ts';
import { buildIndex } from './build-index.ts';
import { type Database, inTransaction, type Session } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { hasCode } from './store-error.ts';

/** lock_not_available: the table is in use; deadlock_detected: a session of a killed server still builds the index. */
const RETRYABLE_LOCK_CODES = ['55P03', '40P01'];
const RETRY_EVERY_MS = 250;
/** Short, because all writes queue behind a migration that waits for its table lock. */
const MAX_LOCK_MS = 300;

/**
 * Migrates the schema to the version of this package. Servers of the previous version can write meanwhile. If several
 * servers start at the same time, one migrates and the others wait. If the schema is up to date, no privilege to change it
 * is required.
 *
 * @param database must have at least two connections
 * @param timeoutMs how long to retry while other sessions lock the table
 * @returns the identity of the store
 * @throws StoreUnavailableError if a newer version wrote the schema
 */
export async function migrate(database: Database, tables: Tables, timeoutMs: number): Promise<string> {
  const expiresAt = performance.now() + timeoutMs;
  while (!(await database.run((session) => isUpToDate(session, tables)))) {
    try {
      if (await tryMigrate(database, tables)) continue;
    } catch (error) {
      if (!hasCode(error, ...RETRYABLE_LOCK_CODES) || performance.now() > expiresAt) throw error;
    }
    await sleep(RETRY_EVERY_MS);
  }
  return database.run((session) => findStoreId(session, tables));
}

/** Runs the missing migrations. Returns false if another server is migrating. */
function tryMigrate(database: Database, tables: Tables): Promise<boolean> {
  return database.run((session) =>
    inTransaction(session, async () => {
      const [lock] = await session.query<{ readonly is_ours: boolean }>(lockSchema(tables));
      if (!lock?.is_ours) return false;
      await session.query({ text: 'SET LOCAL idle_in_transaction_session_timeout = 0' });
      const version = await findVersion(session, tables);
      // On another connection, because CREATE INDEX CONCURRENTLY cannot run in a transaction. A new schema has no events.
      for (const { index } of version === 0 ? [] : MIGRATIONS.slice(version)) {
        if (index) await database.run((other) => buildIndex(other, tables, index));
      }
      await session.query({ text: `SET LOCAL lock_timeout = ${MAX_LOCK_MS}` });
      // Another server can have migrated the schema before this session got the lock.
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
      `and this server supports up to ${MIGRATIONS.length}`,
  );
}

async function findVersion(session: Session, tables: Tables): Promise<number> {
  const [found] = await session.query<{ readonly is_present: boolean }>(findMigrations(tables));
  if (!found?.is_present) return 0;
  const [row] = await session.query<{ readonly version: number }>(selectVersion(tables));
  return row?.version ?? 0;
}

async function bringUpToDate(session: Session, tables: Tables): Promise<void> {
  const [schema] = await session.query<{ readonly is_present: boolean }>(findSchema(tables));
  // Not IF NOT EXISTS, which requires the CREATE privilege even if the schema exists.
  if (!schema?.is_present) await session.query({ text: `CREATE SCHEMA ${tables.schema}` });
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
 * Locks the migration of a schema until the transaction ends. Does not wait, because the snapshot of a waiting statement
 * would block CREATE INDEX CONCURRENTLY.
 */
function lockSchema({ schemaName }: Tables): Statement {
  return {
    text: `SELECT pg_try_advisory_xact_lock(hashtextextended('event-tracker:' || $1, 0)) AS is_ours`,
    values: [schemaName],
  };
}

function findSchema({ schemaName }: Tables): Statement {
  return { text: 'SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS is_present', values: [schemaName] };
}

function findMigrations({ schemaName }: Tables): Statement {
  return {
    text: `SELECT EXISTS (
        SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $1 AND relname = 'migrations'
      ) AS is_present`,
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
