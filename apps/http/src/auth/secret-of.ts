/**
 * Returns the key in an Authorization field, as bytes: the token of Bearer (RFC 6750), or the user name of Basic (RFC 7617), whose
 * password is ignored. Returns `undefined` if there is none.
 */
export function secretOf(authorization: string | undefined): Buffer | undefined {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (scheme === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return Buffer.from(credentials, 'latin1');
  const userAndPassword = Buffer.from(credentials, 'base64');
  const colon = userAndPassword.indexOf(':');
  return colon > 0 ? userAndPassword.subarray(0, colon) : undefined;
}
