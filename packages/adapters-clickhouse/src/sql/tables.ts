import { name, text } from './literal.ts';

/** The quoted names of a store's tables, for use in SQL. */
export interface Tables {
  readonly databaseName: string;
  readonly database: string;
  /** The events; on a cluster, of all shards. */
  readonly events: string;
  /** The times of events by id; on a cluster, of all shards. */
  readonly eventIds: string;
  /** The local tables of each server; without a cluster, the same tables. */
  readonly localEvents: string;
  readonly localEventIds: string;
  readonly migrations: string;
  /** A view whose only row is the identity of the store. */
  readonly identity: string;
  /** The cluster; `undefined` for a single server. */
  readonly cluster?: Cluster | undefined;
}

interface Cluster {
  /** The name as an SQL literal, for engines. */
  readonly name: string;
  /** An expression for the name, for queries; of a macro, its value. */
  readonly nameSql: string;
  /** The clause that runs a statement on each server of the cluster. */
  readonly onCluster: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** The name of a cluster, or a macro such as `{cluster}`. */
const CLUSTER = /^([A-Za-z0-9_.-]{1,128}|\{[A-Za-z0-9_]{1,64}\})$/;

/**
 * Returns the tables of a store in a database.
 *
 * @throws RangeError if a name is invalid
 */
export function tablesIn(databaseName: string, clusterName?: string): Tables {
  if (!NAME.test(databaseName)) {
    throw new RangeError(`database: expected up to 128 letters, digits and underscores: ${databaseName}`);
  }
  if (clusterName !== undefined && !CLUSTER.test(clusterName)) {
    throw new RangeError(`cluster: expected letters, digits, "_", "." and "-", or a macro in braces: ${clusterName}`);
  }
  const database = name(databaseName);
  const local = clusterName === undefined ? '' : '_local';
  return {
    databaseName,
    database,
    events: `${database}.events`,
    eventIds: `${database}.event_ids`,
    localEvents: `${database}.events${local}`,
    localEventIds: `${database}.event_ids${local}`,
    migrations: `${database}.migrations`,
    identity: `${database}.identity`,
    cluster: clusterName === undefined ? undefined : clusterOf(clusterName),
  };
}

function clusterOf(clusterName: string): Cluster {
  const quoted = text(clusterName);
  const nameSql = clusterName.startsWith('{') ? `getMacro(${text(clusterName.slice(1, -1))})` : quoted;
  return { name: quoted, nameSql, onCluster: ` ON CLUSTER ${quoted}` };
}
