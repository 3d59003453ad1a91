/* ECMAScript has no randomness that nobody can guess, but every runtime has Web Crypto. */
interface WebCrypto {
  readonly crypto: { randomUUID(): string };
}

/** A UUID of nothing but chance (RFC 9562, 5.4). */
export function randomUuid(): string {
  return (globalThis as unknown as WebCrypto).crypto.randomUUID();
}
