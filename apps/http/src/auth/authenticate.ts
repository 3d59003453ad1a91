import type { Scope } from '@event-tracker/http-contract';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../request/app-env.ts';
import { isPublicKey, keyInUrl } from './key-in-url.ts';
import type { FindKey } from './keyring.ts';

const NO_SCOPES: ReadonlySet<Scope> = new Set();

/** Identifies the key of a request, if any. `authorize` checks its scope after the request has been counted. */
export function authenticate(findKey: FindKey): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const { incoming } = c.env;
    const { authorization } = incoming.headers;
    const inUrl = authorization === undefined ? keyInUrl(incoming) : undefined;
    const key = findKey(inUrl === undefined ? authorization : `Bearer ${inUrl}`);
    const isTooMuch = key !== undefined && inUrl !== undefined && !isPublicKey(key);
    c.set('keyName', key?.name);
    c.set('scopes', isTooMuch ? NO_SCOPES : key?.scopes);
    c.set('isKeyInUrl', inUrl !== undefined);
    return next();
  };
}
