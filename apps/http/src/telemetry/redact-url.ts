/**
 * What may be told of a store's setting: of a URL neither the password nor the parameters, among which there may be another,
 * and of what was meant to be one its scheme alone.
 */
export function storeName(eventStore: string): string {
  if (!/@|:\/\/.*\?/s.test(eventStore) || eventStore.startsWith('sqlite:')) return eventStore;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:(\/\/)?/i.exec(eventStore) ?? [];
  if (!scheme.endsWith('//') || !URL.canParse(eventStore)) return `${scheme}…`;
  const { protocol, username, host, pathname } = new URL(eventStore);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
