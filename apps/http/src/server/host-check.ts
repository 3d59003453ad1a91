import type { IncomingMessage } from 'node:http';
import type { Problem } from '@event-tracker/http-contract';
import { isLoopback } from './loopback.ts';

/** A host name or address, with an optional port, which is ignored (RFC 9110, 7.2). */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d*)?$/i;
const MAX_SHOWN_LENGTH = 100;

/**
 * Returns a function that returns what is wrong with the Host of a request. A server without keys trusts every client that reaches it, and a page
 * whose name was pointed at this machine reaches it too (DNS rebinding); but it cannot change what its browser sends as Host.
 *
 * @param allowed host names in addition to those of loopback, in lower case; `undefined` where every name is accepted
 */
export function createHostCheck(
  allowed: readonly string[] | undefined,
): (incoming: IncomingMessage) => Problem | undefined {
  if (allowed === undefined) return () => undefined;
  /** The last Host that was accepted: most requests have the same, and to parse an address costs 2 % of a request. */
  let accepted: string | undefined;
  return ({ headers: { host } }) => {
    if (host === accepted) return undefined;
    const problem = host === undefined ? undefined : hostProblem(host, allowed);
    if (!problem) accepted = host;
    return problem;
  };
}

function hostProblem(host: string, allowed: readonly string[]): Problem | undefined {
  const [, bracketed, plain] = HOST.exec(host) ?? [];
  const name = (bracketed ?? plain)?.toLowerCase().replace(/\.$/, '');
  if (name === undefined) return { code: 'bad_request', detail: 'Host is malformed' };
  if (isLoopback(name) || allowed.includes(bracketed === undefined ? name : `[${name}]`)) return undefined;
  return {
    code: 'misdirected_request',
    detail: `Host ${name.slice(0, MAX_SHOWN_LENGTH)} is not accepted, only ${['localhost', '127.0.0.1', '[::1]', ...allowed].join(', ')}; ALLOWED_HOSTS adds others`,
  };
}
