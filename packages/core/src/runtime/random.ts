/*
 * ECMAScript does not define a secure source of randomness, but every runtime provides Web Crypto. In browsers, `randomUUID`
 * requires a page served over https; `getRandomValues` does not.
 */
interface WebCrypto {
  readonly crypto: { getRandomValues(bytes: Uint8Array): unknown };
}

/** Bytes fetched in one call, because a call costs more than the bytes. */
const POOL_BYTES = 4_096;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** Returns up to 4,096 secure random bytes as hexadecimal text, two lower-case digits each. */
export function randomHex(bytes: number): string {
  if (used + bytes > POOL_BYTES) {
    (globalThis as unknown as WebCrypto).crypto.getRandomValues(pool);
    used = 0;
  }
  let text = '';
  for (const end = used + bytes; used < end; used++) text += HEX[pool[used] as number];
  return text;
}
