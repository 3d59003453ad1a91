import type { IncomingMessage } from 'node:http';
import { createInvalidQueryError } from '@event-tracker/core/schemas';
import type { Key } from './parse-keys.ts';

const KEY_IN_URL = /[?&]key=([^&#]*)/;

/**
 * Returns the key in the URL of a POST; `undefined` if there is none. Browser beacons (`navigator.sendBeacon`) use it, because
 * they cannot set header fields.
 */
export function keyInUrl({ method, url = '' }: IncomingMessage): string | undefined {
  const [, text] = (method === 'POST' ? KEY_IN_URL.exec(url) : null) ?? [];
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return ''; // no key is empty
  }
}

/** True if a key can be sent in a URL, which proxies log and pages show: a key that can only submit. */
export function isPublicKey({ scopes }: Pick<Key, 'scopes'>): boolean {
  return scopes.size === 1 && scopes.has('write');
}

/** @throws InvalidQueryError if a request has a key in its URL and another in Authorization, because one would be ignored */
export function refuseSecondKey(incoming: IncomingMessage): void {
  if (incoming.headers.authorization === undefined || keyInUrl(incoming) === undefined) return;
  const detail = 'expected the key here or in Authorization, not in both';
  throw createInvalidQueryError([{ parameter: 'key', code: 'second_key', detail }]);
}
