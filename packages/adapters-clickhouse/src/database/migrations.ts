import { createStoreId } from '@event-tracker/core/store';
import type { Tables } from '../sql/tables.ts';

/**
 * How the schema came to be, step by step; the version of a schema is the number of steps that it has behind it. What
 * was released is never changed, only added to. A step may be taken again, by several servers at once even: ClickHouse
 * has no transaction over several statements.
 */
export const MIGRATIONS: readonly ((tables: Tables) => readonly string[])[] = [createTables, orderArrivals];

function createTables(tables: Tables): readonly string[] {
  const local = [createEvents(tables), createEventIds(tables)];
  return tables.cluster ? [...local, distribute(tables, 'events'), distribute(tables, 'event_ids')] : local;
}

/**
 * The identity of the store is in a view, because creating one does or does not happen: of servers that start at the same time,
 * one decides. The index finds the last inserts, whose rows are together as long as events are stored about when they happen.
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
 * What an insert answers for is on the disk, the folder that names it included. An insert that is made again with its
 * token is stored once; tables that are replicated see to that unasked.
 */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';
const ONCE = 'non_replicated_deduplication_window = 1000';
/** Each row has a number by which it can be removed without a change to its part. */
const REMOVABLE = 'enable_block_number_column = 1, enable_block_offset_column = 1';

/**
 * Ordered as pages are. Rows of one time and id are copies of one event, of which merges and FINAL keep the one that was
 * inserted first. No partitions: a batch may span centuries, and is one part, there as a whole or not at all.
 */
function createEvents({ localEvents, cluster }: Tables): string {
  return `
    CREATE TABLE IF NOT EXISTS ${localEvents}${cluster?.onCluster ?? ''} (
      id_text String EPHEMERAL,
      -- In the order of its text, which that of ClickHouse's UUID is not.
      id FixedString(16) DEFAULT UUIDStringToNum(id_text) CODEC(ZSTD(1)),
      event_type LowCardinality(String) CODEC(ZSTD(1)),
      epoch_nanoseconds Int64 CODEC(Delta, ZSTD(1)),
      -- JSON as text: the type JSON keeps neither the order of members nor null.
      payload String CODEC(ZSTD(1)),
      -- The earlier inserted, the greater. Its negative is the order of insertion, in nanoseconds of the server's clock.
      precedence Int64 DEFAULT -toUnixTimestamp64Nano(now64(9)) CODEC(Delta, ZSTD(1)),
      INDEX types event_type TYPE set(0) GRANULARITY 8
    )
    ENGINE = ${engine('events', 'precedence', cluster !== undefined)}
    ORDER BY (epoch_nanoseconds, id)
    SETTINGS ${DURABLE}, ${ONCE}, ${REMOVABLE}`;
}

/** Tells when the event of an id may have happened, and so where to look for it. What is here need not be there. */
function createEventIds({ localEventIds, cluster }: Tables): string {
  return `
    CREATE TABLE IF NOT EXISTS ${localEventIds}${cluster?.onCluster ?? ''} (
      id_text String EPHEMERAL,
      id FixedString(16) DEFAULT UUIDStringToNum(id_text) CODEC(ZSTD(1)),
      epoch_nanoseconds Int64 CODEC(Delta, ZSTD(1))
    )
    ENGINE = ${engine('event_ids', undefined, cluster !== undefined)}
    ORDER BY (id, epoch_nanoseconds)
    SETTINGS ${DURABLE}, ${ONCE}, ${REMOVABLE}, index_granularity = 512, min_compress_block_size = 8192`;
}

function engine(table: string, version: string | undefined, isReplicated: boolean): string {
  const parameters = isReplicated ? [`'/clickhouse/tables/{shard}/{database}/${table}'`, `'{replica}'`] : [];
  if (version !== undefined) parameters.push(version);
  return `${isReplicated ? 'Replicated' : ''}ReplacingMergeTree(${parameters.join(', ')})`;
}

/** One table of the rows of all shards. An id is always in the same one, and so are all copies of its event. */
function distribute({ database, databaseName, cluster }: Tables, table: string): string {
  return `
    CREATE TABLE IF NOT EXISTS ${database}.${table}${cluster?.onCluster ?? ''} AS ${database}.${table}_local
    ENGINE = Distributed(${cluster?.name}, '${databaseName}', '${table}_local', sipHash64(id))`;
}
