import type { Keyring } from './keyring.ts';

/** Describes the number of keys for the log. */
export function describeKeys(keyring: Keyring | undefined): string {
  if (!keyring) return 'no keys';
  return keyring.size() === 1 ? '1 key' : `${keyring.size()} keys`;
}
