import { clientOfKey } from '../rate-limit/client-of-key.ts';
import type { AppContext } from '../request/app-env.ts';
import { authorize, hasKey } from './authorize.ts';
import type { FindKey } from './keyring.ts';

/**
 * Identifies the key in a body, and requires the scope `write`. A key in a header field or the URL takes precedence, because
 * clients that send both send the same.
 *
 * @throws RequestError unauthorized, forbidden
 */
export type AuthenticateBody = (c: AppContext, key: string | undefined) => void;

export function authenticateBody(findKey: FindKey): AuthenticateBody {
  return (c, secret) => {
    if (!hasKey(c) && secret !== undefined) {
      const key = findKey(`Bearer ${secret}`);
      c.set('isKeyInBody', true);
      c.set('keyName', key?.name);
      c.set('scopes', key?.scopes);
      if (key) c.set('client', clientOfKey(key.name));
    }
    authorize(c, 'write');
  };
}
