import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../request/app-env.ts';
import type { FindKey } from './keyring.ts';

/** Finds out whose key a request has, if any. Whether that is enough, `authorize` says once the request is counted. */
export function authenticate(findKey: FindKey): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const key = findKey(c.env.incoming.headers.authorization);
    c.set('keyName', key?.name);
    c.set('scopes', key?.scopes);
    return next();
  };
}
