/** Returns the client of a key, for limits. No address starts with `key:`. */
export function clientOfKey(name: string): string {
  return `key:${name}`;
}
