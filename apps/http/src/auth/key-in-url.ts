import type { IncomingMessage } from 'node:http';
import { createInvalidQueryError } from '@event-tracker/core/schemas';
import type { Key } from './parse-keys.ts';

const KEY_IN_URL = /[?&]key=([^&#]*)/;

/**
 * Reads the key in the URL of a POST, for browser beacons, which have no header fields (`navigator.sendBeacon`); `undefined`
 * where there is none.
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

/** True if a key may be sent in a URL, which proxies log and pages show: it can do nothing but submit. */
export function isPublicKey({ scopes }: Pick<Key, 'scopes'>): boolean {
  return scopes.size === 1 && scopes.has('write');
}

/** @throws InvalidQueryError where a request has a key in its URL and another in Authorization: one would be ignored */
export function refuseSecondKey(incoming: IncomingMessage): void {
  if (incoming.headers.authorization === undefined || keyInUrl(incoming) === undefined) return;
  const detail = 'expected the key here or in Authorization, not in both';
  throw createInvalidQueryError([{ parameter: 'key', code: 'second_key', detail }]);
}
