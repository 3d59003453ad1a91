import { createHash } from 'node:crypto';
import { SCOPES, type Scope } from '@event-tracker/http-contract';
import { parseKeys } from '../../src/auth/parse-keys.ts';

/** A key of the tests. */
export interface TestKey {
  readonly secret: string;
  /** The line of the key in a file of keys. */
  readonly line: string;
}

/** A key for each scope, with only that scope. */
export const KEY: Readonly<Record<Scope, TestKey>> = {
  read: makeKey('reader', 'read'),
  write: makeKey('writer', 'write'),
  admin: makeKey('boss', 'admin'),
};

/** The keys as the server reads them. */
export const TEST_KEYS = parseKeys([{ setting: 'KEY', unit: 'line', lines: SCOPES.map((scope) => KEY[scope].line) }]);

export function makeKey(name: string, scopes: string, secret = `etk_secret-of-${name}`): TestKey {
  return { secret, line: `${name} ${scopes} ${createHash('sha256').update(secret).digest('hex')}` };
}

export function bearer({ secret }: Pick<TestKey, 'secret'>): { readonly Authorization: string } {
  return { Authorization: `Bearer ${secret}` };
}

export function basic({ secret }: Pick<TestKey, 'secret'>, password = ''): { readonly Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${secret}:${password}`).toString('base64')}` };
}
