/**
 * Checks that a URL is a PostgreSQL URL.
 *
 * @throws RangeError without the URL, because it can contain a password
 */
export function checkPostgresUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new RangeError('url: expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters %-encoded');
  }
}
