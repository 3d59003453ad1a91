import { createHmac } from 'node:crypto';
import { createUsageError } from '../command-line/usage-error.ts';

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/** The header fields of a signed message. */
export type SignedHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/** Returns the key of a secret. @throws UsageError, which does not contain the secret */
export function parseWebhookSecret(text: string): Buffer {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  const key = Buffer.from(encoded, 'base64');
  if (!BASE64.test(encoded) || key.length < MIN_SECRET_BYTES || key.length > MAX_SECRET_BYTES)
    throw createUsageError(
      `expected a secret ${PREFIX}… with ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes in base64`,
    );
  return key;
}

/** Signs a message as Standard Webhooks 1.0 defines it. @param now milliseconds since 1970 */
export function signMessage(key: Buffer, id: string, body: string, now: number): SignedHeaders {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
