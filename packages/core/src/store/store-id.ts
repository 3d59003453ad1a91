import { randomHex } from '../runtime/random.ts';

/** Creates the identity of a new store: 128 random bits as 32 hexadecimal digits. */
export function createStoreId(): string {
  return randomHex(16);
}
