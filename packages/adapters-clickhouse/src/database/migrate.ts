import { createStoreUnavailableError } from '@event-tracker/core/store';
import { text } from '../sql/literal.ts';
import type { Tables } from '../sql/tables.ts';
import type { Database } from './database.ts';
import type { Deadline } from './deadline.ts';
import { MIGRATIONS } from './migrations.ts';

/**
 * Migrates the schema to the version of this package. Several servers can migrate concurrently. If the schema is up to date,
 * no privilege to change it is required.
 *
 * @returns the identity of the store
 * @throws StoreUnavailableError if a newer version wrote the schema
 */
export async function migrate(database: Database, tables: Tables, deadline: Deadline): Promise<string> {
  const done = await findVersion(database, tables, deadline);
  if (done > MIGRATIONS.length) {
    throw createStoreUnavailableError(
      `the database ${tables.databaseName} was written by a newer version of this server: it has version ${done}, ` +
        `and this server supports up to ${MIGRATIONS.length}`,
    );
  }
  if (done < MIGRATIONS.length) await migrateFrom(done, database, tables, deadline);
  const [row] = await database.select<{ readonly id: string }>(`SELECT id FROM ${tables.identity}`, deadline);
  if (row) return row.id;
  throw createStoreUnavailableError(`the database ${tables.databaseName} has lost its identity, a view of one row`);
}

async function migrateFrom(done: number, database: Database, tables: Tables, deadline: Deadline): Promise<void> {
  for (const statement of beginSchema(tables)) await database.change(statement, deadline);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < done) continue;
    for (const statement of migration(tables)) await database.change(statement, deadline);
    await database.insert({ table: tables.migrations, columns: ['version'], rows: `${index + 1}\n` }, deadline);
  }
}

async function findVersion(database: Database, tables: Tables, deadline: Deadline): Promise<number> {
  const exists = `SELECT 1 FROM system.tables WHERE database = ${text(tables.databaseName)} AND name = 'migrations'`;
  if ((await database.select(exists, deadline)).length === 0) return 0;
  const maximum = `SELECT max(version) AS version FROM ${tables.migrations}`;
  const [row] = await database.select<{ readonly version: number }>(maximum, deadline);
  return row?.version ?? 0;
}

/** Returns the statements that create the table of versions. On a cluster, the table is replicated to all servers. */
export function beginSchema({ database, migrations, cluster }: Tables): readonly string[] {
  const onCluster = cluster?.onCluster ?? '';
  const engine = cluster
    ? `ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/migrations', '{shard}-{replica}')`
    : 'ReplacingMergeTree';
  return [
    `CREATE DATABASE IF NOT EXISTS ${database}${onCluster}`,
    `CREATE TABLE IF NOT EXISTS ${migrations}${onCluster} (
      version UInt32,
      migrated_at DateTime DEFAULT now()
    )
    ENGINE = ${engine}
    ORDER BY version
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  ];
}
