import { describe, expect, test } from 'vitest';
import { tablesIn } from '../sql/tables.ts';
import { beginSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

/** Returns the statements that create a schema, without comments and extra white space. */
function schemaOf(cluster?: string): readonly string[] {
  const tables = tablesIn('tracker', cluster);
  const statements = [...beginSchema(tables), ...MIGRATIONS.flatMap((migration) => migration(tables))];
  return statements.map((statement) =>
    statement
      .replaceAll(/--.*$/gm, '')
      .replace(/'[0-9a-f]{32}'/, "'IDENTITY'")
      .replaceAll(/\s+/g, ' ')
      .replaceAll('( ', '(')
      .replaceAll(' )', ')')
      .trim(),
  );
}

const EVENTS =
  '(id_text String EPHEMERAL, id FixedString(16) DEFAULT UUIDStringToNum(id_text) CODEC(ZSTD(1)), ' +
  'event_type LowCardinality(String) CODEC(ZSTD(1)), epoch_nanoseconds Int64 CODEC(Delta, ZSTD(1)), ' +
  'payload String CODEC(ZSTD(1)), ' +
  'precedence Int64 DEFAULT -toUnixTimestamp64Nano(now64(9)) CODEC(Delta, ZSTD(1)), ' +
  'INDEX types event_type TYPE set(0) GRANULARITY 8)';
const EVENT_IDS =
  '(id_text String EPHEMERAL, id FixedString(16) DEFAULT UUIDStringToNum(id_text) CODEC(ZSTD(1)), ' +
  'epoch_nanoseconds Int64 CODEC(Delta, ZSTD(1)))';
const VERSIONS = '(version UInt32, migrated_at DateTime DEFAULT now())';
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';
const SETTINGS = `${DURABLE}, non_replicated_deduplication_window = 1000, enable_block_number_column = 1, enable_block_offset_column = 1`;
const ARRIVALS = 'arrivals precedence TYPE minmax GRANULARITY 1';
const FINE = 'index_granularity = 512, min_compress_block_size = 8192';

describe('the schema', () => {
  test('of one server', () => {
    expect(schemaOf()).toEqual([
      'CREATE DATABASE IF NOT EXISTS `tracker`',
      `CREATE TABLE IF NOT EXISTS \`tracker\`.migrations ${VERSIONS} ENGINE = ReplacingMergeTree ORDER BY version SETTINGS ${DURABLE}`,
      `CREATE TABLE IF NOT EXISTS \`tracker\`.events ${EVENTS} ENGINE = ReplacingMergeTree(precedence) ORDER BY (epoch_nanoseconds, id) SETTINGS ${SETTINGS}`,
      `CREATE TABLE IF NOT EXISTS \`tracker\`.event_ids ${EVENT_IDS} ENGINE = ReplacingMergeTree() ORDER BY (id, epoch_nanoseconds) SETTINGS ${SETTINGS}, ${FINE}`,
      "CREATE VIEW IF NOT EXISTS `tracker`.identity AS SELECT 'IDENTITY' AS id",
      `ALTER TABLE \`tracker\`.events ADD INDEX IF NOT EXISTS ${ARRIVALS}`,
      'ALTER TABLE `tracker`.events MATERIALIZE INDEX arrivals',
    ]);
  });

  test('of a cluster has replicated tables on each server, and a distributed table over all shards', () => {
    const replica = (table: string) => `'/clickhouse/tables/{shard}/{database}/${table}', '{replica}'`;
    expect(schemaOf('main')).toEqual([
      "CREATE DATABASE IF NOT EXISTS `tracker` ON CLUSTER 'main'",
      `CREATE TABLE IF NOT EXISTS \`tracker\`.migrations ON CLUSTER 'main' ${VERSIONS} ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/migrations', '{shard}-{replica}') ORDER BY version SETTINGS ${DURABLE}`,
      `CREATE TABLE IF NOT EXISTS \`tracker\`.events_local ON CLUSTER 'main' ${EVENTS} ENGINE = ReplicatedReplacingMergeTree(${replica('events')}, precedence) ORDER BY (epoch_nanoseconds, id) SETTINGS ${SETTINGS}`,
      `CREATE TABLE IF NOT EXISTS \`tracker\`.event_ids_local ON CLUSTER 'main' ${EVENT_IDS} ENGINE = ReplicatedReplacingMergeTree(${replica('event_ids')}) ORDER BY (id, epoch_nanoseconds) SETTINGS ${SETTINGS}, ${FINE}`,
      "CREATE TABLE IF NOT EXISTS `tracker`.events ON CLUSTER 'main' AS `tracker`.events_local ENGINE = Distributed('main', 'tracker', 'events_local', sipHash64(id))",
      "CREATE TABLE IF NOT EXISTS `tracker`.event_ids ON CLUSTER 'main' AS `tracker`.event_ids_local ENGINE = Distributed('main', 'tracker', 'event_ids_local', sipHash64(id))",
      "CREATE VIEW IF NOT EXISTS `tracker`.identity ON CLUSTER 'main' AS SELECT 'IDENTITY' AS id",
      `ALTER TABLE \`tracker\`.events_local ON CLUSTER 'main' ADD INDEX IF NOT EXISTS ${ARRIVALS}`,
      "ALTER TABLE `tracker`.events_local ON CLUSTER 'main' MATERIALIZE INDEX arrivals",
    ]);
  });

  test('of a cluster that a macro names', () => {
    expect(schemaOf('{cluster}')[0]).toBe("CREATE DATABASE IF NOT EXISTS `tracker` ON CLUSTER '{cluster}'");
  });
});
