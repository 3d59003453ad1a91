/**
 * Returns what logs and responses can show of a URL in a setting: neither the password nor the parameters, which can hold
 * another; of text that is no URL, the scheme alone. Text that cannot hold a password stays as it is.
 */
export function redactUrl(text: string): string {
  if (!/@|:\/\/.*\?/s.test(text)) return text;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:(\/\/)?/i.exec(text) ?? [];
  if (!scheme.endsWith('//') || !URL.canParse(text)) return `${scheme}…`;
  const { protocol, username, host, pathname } = new URL(text);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
