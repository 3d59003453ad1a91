import { createStoreId } from '@event-tracker/core/store';
import type { Tables } from '../sql/tables.ts';

/**
 * All migrations in order. The version of a schema is the number of migrations applied. A released migration must never
 * change. Each statement must be idempotent, also if several servers run it concurrently, because ClickHouse has no
 * transactions over several statements.
 */
export const MIGRATIONS: readonly ((tables: Tables) => readonly string[])[] = [createTables, orderArrivals];

function createTables(tables: Tables): readonly string[] {
  const local = [createEvents(tables), createEventIds(tables)];
  return tables.cluster ? [...local, distribute(tables, 'events'), distribute(tables, 'event_ids')] : local;
}

/**
 * The identity of the store is in a view, because creating a view is atomic: of several servers that start at the same time,
 * one decides. The index finds recent inserts, whose rows are adjacent if events are stored shortly after they happen.
 */
function orderArrivals({ identity, localEvents, cluster }: Tables): readonly string[] {
  const onCluster = cluster?.onCluster ?? '';
  return [
    `CREATE VIEW IF NOT EXISTS ${identity}${onCluster} AS SELECT '${createStoreId()}' AS id`,
    `ALTER TABLE ${localEvents}${onCluster} ADD INDEX IF NOT EXISTS arrivals precedence TYPE minmax GRANULARITY 1`,
    `ALTER TABLE ${localEvents}${onCluster} MATERIALIZE INDEX arrivals`,
  ];
}

/*
 * An acknowledged insert is synced to disk, including its folder. An insert that is repeated with its token is stored once;
 * replicated tables do so by default.
 */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';
const DEDUPLICATED = 'non_replicated_deduplication_window = 1000';
/** Each row has a number, so that it can be deleted without rewriting its part. */
const DELETABLE = 'enable_block_number_column = 1, enable_block_offset_column = 1';

/**
 * Ordered as pages are. Rows with the same time and id are copies of one event; merges and FINAL keep the one inserted
 * first. Not partitioned, so that a batch, which can span centuries, is one part and is stored atomically.
 */
function createEvents({ localEvents, cluster }: Tables): string {
  return `
    CREATE TABLE IF NOT EXISTS ${localEvents}${cluster?.onCluster ?? ''} (
      id_text String EPHEMERAL,
      -- A number in the order of the text; ClickHouse's UUID has another order.
      id FixedString(16) DEFAULT UUIDStringToNum(id_text) CODEC(ZSTD(1)),
      event_type LowCardinality(String) CODEC(ZSTD(1)),
      epoch_nanoseconds Int64 CODEC(Delta, ZSTD(1)),
      -- JSON as text: the type JSON keeps neither the order of members nor null.
      payload String CODEC(ZSTD(1)),
      -- Greater for earlier inserts: the negative time of the insert, in nanoseconds of the server's clock.
      precedence Int64 DEFAULT -toUnixTimestamp64Nano(now64(9)) CODEC(Delta, ZSTD(1)),
      INDEX types event_type TYPE set(0) GRANULARITY 8
    )
    ENGINE = ${engine('events', 'precedence', cluster !== undefined)}
    ORDER BY (epoch_nanoseconds, id)
    SETTINGS ${DURABLE}, ${DEDUPLICATED}, ${DELETABLE}`;
}

/** Maps ids to the times of their events, by which the events are found. An id here can lack its event. */
function createEventIds({ localEventIds, cluster }: Tables): string {
  return `
    CREATE TABLE IF NOT EXISTS ${localEventIds}${cluster?.onCluster ?? ''} (
      id_text String EPHEMERAL,
      id FixedString(16) DEFAULT UUIDStringToNum(id_text) CODEC(ZSTD(1)),
      epoch_nanoseconds Int64 CODEC(Delta, ZSTD(1))
    )
    ENGINE = ${engine('event_ids', undefined, cluster !== undefined)}
    ORDER BY (id, epoch_nanoseconds)
    SETTINGS ${DURABLE}, ${DEDUPLICATED}, ${DELETABLE}, index_granularity = 512, min_compress_block_size = 8192`;
}

function engine(table: string, version: string | undefined, isReplicated: boolean): string {
  const parameters = isReplicated ? [`'/clickhouse/tables/{shard}/{database}/${table}'`, `'{replica}'`] : [];
  if (version !== undefined) parameters.push(version);
  return `${isReplicated ? 'Replicated' : ''}ReplacingMergeTree(${parameters.join(', ')})`;
}

/** A distributed table over all shards. All copies of an event are on the same shard, because the shard depends on the id. */
function distribute({ database, databaseName, cluster }: Tables, table: string): string {
  return `
    CREATE TABLE IF NOT EXISTS ${database}.${table}${cluster?.onCluster ?? ''} AS ${database}.${table}_local
    ENGINE = Distributed(${cluster?.name}, '${databaseName}', '${table}_local', sipHash64(id))`;
}
