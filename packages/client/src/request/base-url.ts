/**
 * Parses the URL of a server: `http` or `https`, with the base path of the server if it has one.
 *
 * @returns the URL without a trailing slash
 * @throws TypeError
 */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new TypeError(`url: expected an http or https URL: ${text}`);
  if (url.username !== '' || url.password !== '') throw new TypeError('url: expected no user name; use the option key');
  if (url.search !== '' || url.hash !== '') throw new TypeError('url: expected a URL without a query and a fragment');
  return url.origin + url.pathname.replace(/\/+$/, '');
}
