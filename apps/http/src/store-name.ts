/** What may be told of a store's setting: of a URL neither the password nor the parameters, among which there may be another. */
export function storeName(eventStore: string): string {
  if (!/:\/\/.*[@?]/s.test(eventStore)) return eventStore;
  if (!URL.canParse(eventStore)) return `${eventStore.slice(0, eventStore.indexOf('://'))}://…`;
  const { protocol, username, host, pathname } = new URL(eventStore);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
