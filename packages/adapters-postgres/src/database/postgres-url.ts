import { checkUrlParameters } from '@event-tracker/core/store';

/** The parameters of pg, and the other ones of libpq (chapter 32.1 of PostgreSQL's manual), which providers put into URLs. */
const PARAMETERS = [
  ...[
    'host',
    'port',
    'user',
    'password',
    'options',
    'application_name',
    'fallback_application_name',
    'client_encoding',
  ],
  ...[
    'ssl',
    'sslmode',
    'sslcert',
    'sslkey',
    'sslrootcert',
    'sslnegotiation',
    'uselibpqcompat',
    'replication',
    'binary',
  ],
  ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'query_timeout'],
  ...['hostaddr', 'dbname', 'passfile', 'require_auth', 'channel_binding', 'connect_timeout', 'tcp_user_timeout'],
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'gssencmode', 'gsslib', 'krbsrvname'],
  ...['gssdelegation', 'requirepeer', 'sslcompression', 'sslpassword', 'sslcertmode', 'sslcrl', 'sslcrldir', 'sslsni'],
  ...['ssl_min_protocol_version', 'ssl_max_protocol_version', 'service', 'target_session_attrs', 'load_balance_hosts'],
];

/**
 * Checks that a URL is a PostgreSQL URL, and that its parameters are known.
 *
 * @throws RangeError without the URL, because it can contain a password
 */
export function checkPostgresUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new RangeError('url: expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters %-encoded');
  }
  checkUrlParameters(new URL(url).searchParams.keys(), PARAMETERS);
}
