import type { AppContext } from '../app-env.ts';
import { createRequestError } from '../request-error.ts';
import type { Scope } from './scope.ts';

/** What it takes to be let in: a key with a scope, any key at all, or nothing. */
export type Access = Scope | 'any key' | 'open';

/** @throws RequestError unauthorized where a key is needed and there is none, forbidden where it has not the scope */
export type Authorize = (c: AppContext, access: Access) => void;

/** WWW-Authenticate. Basic comes first: browsers heed only the first challenge of a field, and can ask for a user name. */
export const CHALLENGE = 'Basic realm="Event Tracker", Bearer realm="Event Tracker"';
const HOW_TO = 'send Authorization: Bearer KEY, or Basic with the key as user name';

export const authorize: Authorize = (c, access) => {
  if (access === 'open') return;
  const scopes = c.get('scopes');
  if (!scopes) {
    const isTried = c.env.incoming.headers.authorization !== undefined;
    throw createRequestError('unauthorized', isTried ? `no such key; ${HOW_TO}` : `a key is needed: ${HOW_TO}`, {
      headers: { 'WWW-Authenticate': CHALLENGE },
    });
  }
  if (access !== 'any key' && !scopes.has(access))
    throw createRequestError('forbidden', `the key ${c.get('keyName')} has not the scope ${access}`);
};
