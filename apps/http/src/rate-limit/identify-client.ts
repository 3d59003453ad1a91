import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../request/app-env.ts';
import { clientAddress } from './client-address.ts';
import { clientOfKey } from './client-of-key.ts';

/** Identifies the client of each request: by its key if that is known, otherwise by its address. */
export function identifyClient(trustProxyHops: number): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const keyName = c.get('keyName');
    c.set('client', keyName === undefined ? clientAddress(c.env.incoming, trustProxyHops) : clientOfKey(keyName));
    return next();
  };
}
