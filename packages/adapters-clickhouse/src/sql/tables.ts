import { name, text } from './literal.ts';

/** Where a store keeps what it has: names for use in SQL. */
export interface Tables {
  readonly databaseName: string;
  readonly database: string;
  /** The events: on a cluster, those of all shards. */
  readonly events: string;
  /** Where the events of some ids may be found: on a cluster, those of all shards. */
  readonly eventIds: string;
  /** What each server has of them itself; the same tables where there is no cluster. */
  readonly localEvents: string;
  readonly localEventIds: string;
  readonly migrations: string;
  /** A view of one row, the identity of the store. */
  readonly identity: string;
  /** The cluster; undefined where one server has it all. */
  readonly cluster?: Cluster | undefined;
}

interface Cluster {
  /** Its name as a text, for engines. */
  readonly name: string;
  /** What its name comes to, for queries: of a macro its value. */
  readonly nameSql: string;
  /** What makes a statement one for every server of it. */
  readonly onCluster: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** The cluster's name may also be a macro, as in `{cluster}`. */
const CLUSTER = /^([A-Za-z0-9_.-]{1,128}|\{[A-Za-z0-9_]{1,64}\})$/;

/**
 * The tables of a store in the database of a name.
 *
 * @throws RangeError where a name cannot be one
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
