import { createStoreUnavailableError } from '@event-tracker/core';
import type { Statement } from '../sql/statement.ts';
import type { Tables } from '../sql/tables.ts';
import { type Database, inTransaction, type Session } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

/**
 * Brings the schema to the version that this package knows. Of many servers that start at once one does it, the others
 * wait. A schema that is up to date needs no right to change it.
 *
 * @throws StoreUnavailableError where a newer version has written the schema
 */
export async function migrate(database: Database, tables: Tables): Promise<void> {
  await database.run(async (session) => {
    if (await isUpToDate(session, tables)) return;
    await inTransaction(session, async () => {
      await session.query(lockSchema(tables));
      // While it waited for the lock, another server may have done it all.
      if (!(await isUpToDate(session, tables))) await bringUpToDate(session, tables);
    });
  });
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
    await session.query({ text: migration(tables) });
    await session.query(insertMigration(tables, index + 1));
  }
}

/** One migration at a time in each schema, until the transaction ends. */
function lockSchema({ schemaName }: Tables): Statement {
  return { text: `SELECT pg_advisory_xact_lock(hashtextextended('event-tracker:' || $1, 0))`, values: [schemaName] };
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
