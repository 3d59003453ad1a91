import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { post } from './support/client.ts';
import { eventText, storedOf } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

const EVENT = eventText('digest', '{}');

function digest(body: string | Uint8Array, algorithm: 'sha-256' | 'sha-512' = 'sha-256'): string {
  return `${algorithm}=:${createHash(algorithm.replace('-', '')).update(body).digest('base64')}:`;
}

const send = (contentDigest: string, body: string | Uint8Array = EVENT, fields: Record<string, string> = {}) =>
  post(`${server.url}/events`, body, { 'Content-Digest': contentDigest, ...fields });

describe('a Content-Digest (RFC 9530)', () => {
  test.each([
    ['sha-256', digest(EVENT)],
    ['sha-512', digest(EVENT, 'sha-512')],
    ['both', `${digest(EVENT)}, ${digest(EVENT, 'sha-512')}`],
    ['an algorithm that is not checked and one that is', `md5=:AAAA:,${digest(EVENT)}`],
  ])('that matches is accepted: %s', async (_, field) => {
    expect((await send(field)).status).toBe(201);
  });

  test('is compared with the compressed bytes', async () => {
    const body = gzipSync(EVENT);
    expect((await send(digest(body), body, { 'Content-Encoding': 'gzip' })).status).toBe(201);
    expectProblem(await send(digest(EVENT), body, { 'Content-Encoding': 'gzip' }), 400, 'digest_mismatch');
  });

  test.each([
    ['of other content', digest('other')],
    ['too short', 'sha-256=:AAAA:'],
    ['one of two', `${digest(EVENT)}, ${digest('other', 'sha-512')}`],
  ])('that does not match is refused, and nothing is stored: %s', async (_, field) => {
    const before = await storedOf(server.url, 'digest');
    const { detail } = expectProblem(await send(field), 400, 'digest_mismatch');
    expect(detail).toMatch(/^the sha-(256|512) of the \d+ bytes that arrived is not that of Content-Digest$/);
    expect(await storedOf(server.url, 'digest')).toEqual(before);
  });

  test.each(['', 'x', 'sha-256', 'sha-256=AAAA', 'sha-256=:*:', 'sha-256=:AAAA', 'sha-256=:AAAA:;a', 'md5=:AAAA:'])(
    'that cannot be checked is refused: %j',
    async (field) => {
      const { detail } = expectProblem(await send(field), 400, 'bad_request');
      expect(detail).toBe('Content-Digest: expected sha-256=:BASE64: or sha-512=:BASE64: (RFC 9530)');
    },
  );
});
