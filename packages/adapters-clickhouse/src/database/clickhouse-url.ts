import { checkUrlParameters } from '@event-tracker/core/store';
import type { Quorum } from './database.ts';

/** The parts of a ClickHouse URL. */
export interface ClickHouseAddress {
  /** The URL for the client: `http:` or `https:`, with the parameters of the client. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly cluster: string | undefined;
  readonly quorum: Quorum | undefined;
}

const EXPECTED = 'url: expected clickhouse://USER:PASSWORD@HOST:PORT/DATABASE, special characters %-encoded';
/** The parameters of this store and of the client. */
const PARAMETERS = [
  ...['secure', 'cluster', 'quorum', 'application', 'pathname', 'session_id', 'access_token', 'log_level'],
  ...['request_timeout', 'max_open_connections', 'compression_request', 'compression_response'],
  ...['keep_alive_enabled', 'keep_alive_idle_socket_ttl', 'ch_*', 'clickhouse_setting_*', 'http_header_*'],
];

const DEFAULT_DATABASE = 'event_tracker';

/**
 * Parses `clickhouse://USER:PASSWORD@HOST:PORT/DATABASE?secure=true&cluster=NAME&quorum=auto`. Passes other parameters to
 * the client.
 *
 * @throws RangeError without the URL, because it can contain a password
 */
export function parseClickHouseUrl(text: string): ClickHouseAddress {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address?.protocol !== 'clickhouse:' || address.hostname === '') throw new RangeError(EXPECTED);
  const parameters = address.searchParams;
  checkUrlParameters(parameters.keys(), PARAMETERS);
  const take = (name: string): string | undefined => {
    const value = parameters.get(name) ?? undefined;
    parameters.delete(name);
    return value;
  };
  const secure = take('secure') ?? 'false';
  if (secure !== 'true' && secure !== 'false') throw new RangeError('url: expected secure=true or secure=false');
  const cluster = take('cluster');
  const quorum = parseQuorum(take('quorum'), cluster);
  const port = address.port || (secure === 'true' ? '8443' : '8123');
  const url = new URL(`${secure === 'true' ? 'https' : 'http'}://${address.hostname}:${port}`);
  url.search = parameters.toString();
  return {
    url: url.href,
    username: decode(address.username) || 'default',
    password: decode(address.password),
    database: decode(address.pathname.slice(1)) || DEFAULT_DATABASE,
    cluster,
    quorum,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new RangeError(EXPECTED, { cause });
  }
}

function parseQuorum(text: string | undefined, cluster: string | undefined): Quorum | undefined {
  if (text === undefined) return undefined;
  // A single server has no replicas.
  if (cluster === undefined) throw new RangeError('url: expected cluster=NAME with a quorum');
  if (text === 'auto') return text;
  if (/^([2-9]|[1-9]\d)$/.test(text)) return Number(text);
  throw new RangeError('url: expected quorum=auto or a number of replicas, at least 2');
}
