import type { Keyring } from './keyring.ts';

/** How many keys there are in words, for whoever starts the server. */
export function describeKeys(keyring: Keyring | undefined): string {
  if (!keyring) return 'no keys';
  return keyring.size() === 1 ? '1 key' : `${keyring.size()} keys`;
}
