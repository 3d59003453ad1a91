/**
 * Makes sure that a URL is one of PostgreSQL.
 *
 * @throws RangeError that does not tell the URL, for there may be a password in it
 */
export function checkPostgresUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new RangeError('url: expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters %-encoded');
  }
}
