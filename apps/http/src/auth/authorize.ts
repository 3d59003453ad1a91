import { type Access, CHALLENGE, createRequestError } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';

/** @throws RequestError unauthorized if a required key is missing, forbidden if the key does not have the scope */
export type Authorize = (c: AppContext, access: Access) => void;

/** True if a request has a key in its header fields or its URL, valid or not. */
export function hasKey(c: AppContext): boolean {
  return c.env.incoming.headers.authorization !== undefined || c.get('isKeyInUrl');
}

const HOW_TO = 'send Authorization: Bearer KEY, or Basic with the key as user name';

export const authorize: Authorize = (c, access) => {
  if (access === 'open') return;
  const scopes = c.get('scopes');
  if (!scopes) {
    throw createRequestError(
      'unauthorized',
      hasKey(c) || c.get('isKeyInBody') ? `no such key; ${HOW_TO}` : `a key is required: ${HOW_TO}`,
      {
        headers: { 'WWW-Authenticate': CHALLENGE },
      },
    );
  }
  if (access === 'any key' || scopes.has(access)) return;
  if (c.get('isKeyInUrl'))
    throw createRequestError('forbidden', `a key in a URL must have the scope write alone, not so ${c.get('keyName')}`);
  throw createRequestError('forbidden', `the key ${c.get('keyName')} does not have the scope ${access}`);
};
