import { createHash } from 'node:crypto';
import { createRequestError } from '@event-tracker/http-contract';

/** Checks a body against a Content-Digest field (RFC 9530) while it arrives. */
export interface DigestCheck {
  /** Adds bytes as they were sent. */
  add(bytes: Uint8Array): void;
  /** Returns the error digest_mismatch if the digest of the body is different. Must be called once, after the last byte. */
  mismatch(): Error | undefined;
}

/** The names of the supported algorithms in Node. Other algorithms are obsolete or unused. */
const ALGORITHMS = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
]);
/** A member of the dictionary (RFC 9651, 3.2) whose value is a byte sequence. */
const MEMBER = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):$/;

/**
 * Starts to check a body. Ignores digests of unsupported algorithms.
 *
 * @throws RequestError bad_request if the field is malformed or has no digest of a supported algorithm
 */
export function createDigestCheck(contentDigest: string): DigestCheck {
  const members = contentDigest.split(',').map((member) => MEMBER.exec(member.trim()));
  const stated = members.flatMap((member) => {
    const [, name = '', digest = ''] = member ?? [];
    const algorithm = ALGORITHMS.get(name);
    return algorithm === undefined
      ? []
      : [{ name, digest: Buffer.from(digest, 'base64'), hash: createHash(algorithm) }];
  });
  if (members.includes(null) || stated.length === 0)
    throw createRequestError('bad_request', 'Content-Digest: expected sha-256=:BASE64: or sha-512=:BASE64: (RFC 9530)');
  let length = 0;
  return {
    add: (bytes) => {
      length += bytes.length;
      for (const { hash } of stated) hash.update(bytes);
    },
    mismatch: () => {
      const wrong = stated.find(({ hash, digest }) => !hash.digest().equals(digest));
      return (
        wrong &&
        createRequestError(
          'digest_mismatch',
          `the ${wrong.name} of the ${length} bytes that arrived is not that of Content-Digest`,
        )
      );
    },
  };
}
