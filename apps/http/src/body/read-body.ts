import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzip,
  type Zlib,
} from 'node:zlib';
import { beginTimeSlice } from '@event-tracker/core/store';
import { createRequestError, REQUEST_ENCODINGS, type RequestEncoding } from '@event-tracker/http-contract';
import type { HttpBindings } from '@hono/node-server';
import { type BodyShare, tooManyBodies } from './body-budget.ts';
import { createDigestCheck, type DigestCheck } from './content-digest.ts';

const INFLATERS: Readonly<Record<RequestEncoding, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * Reads and decompresses a body into memory. Counts the bytes as they arrive, so that memory use is bounded.
 *
 * @throws RequestError body_too_large, unsupported_encoding, invalid_encoding, digest_mismatch, or bad_request if
 * Content-Digest is malformed or the client disconnected; OverloadedError
 */
export async function readBody(
  { incoming, outgoing }: HttpBindings,
  maxBytes: number,
  share: BodyShare,
): Promise<Buffer> {
  const inflater = createInflater(incoming.headers['content-encoding']);
  const contentDigest = incoming.headers['content-digest'];
  const digest = contentDigest === undefined ? undefined : createDigestCheck(String(contentDigest));
  const declared = Number(incoming.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw bodyTooLarge(`has ${declared}`, maxBytes);
  // Only now does a client with Expect: 100-continue send its body, after all checks that do not need it.
  if (incoming.headers.expect !== undefined && incoming.httpVersion === '1.1') outgoing.writeContinue();
  if (!inflater && !digest) {
    const body = await readBufferedBody(incoming, declared);
    if (body) {
      if (!share.take(body.length)) throw tooManyBodies();
      return body;
    }
  }
  const chunks = await collect({ incoming, inflater, digest, maxBytes, share });
  return join(chunks);
}

/**
 * Returns a body that has arrived as a whole, which is usual for a small one, without the listeners of a stream: these cost 4 %
 * of a single POST.
 */
async function readBufferedBody(incoming: IncomingMessage, length: number): Promise<Buffer | undefined> {
  await undefined; // The server parses the body after this function was called, in the same turn.
  if (length === 0 || !incoming.complete || incoming.readableLength !== length) return undefined;
  // Without a length, `read` returns the first piece of a body that arrived in several.
  return incoming.read(length) as Buffer; // no text, because no encoding is set
}

/** Larger bodies are long work: to copy and decode 8 MiB takes 10 ms. */
const MAX_SMALL_BYTES = 256 * 1024;

/** Joins the chunks of a body. Large bodies wait for their slice, because many can end in one turn of the event loop. */
async function join(chunks: readonly Buffer[]): Promise<Buffer> {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  if (bytes > MAX_SMALL_BYTES) await beginTimeSlice().next();
  return Buffer.concat(chunks, bytes);
}

function createInflater(encoding: string | undefined): Transform | undefined {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity') return undefined;
  const known = REQUEST_ENCODINGS.find((known) => known === name.replace('x-gzip', 'gzip')); // RFC 9110, 8.4.1.3
  if (known) return INFLATERS[known]();
  const names = REQUEST_ENCODINGS.join(', ');
  throw createRequestError('unsupported_encoding', `expected ${names}`, { headers: { 'Accept-Encoding': names } });
}

const inflateGzip = promisify(gunzip);

/**
 * Returns a body that was read, decompressed if it begins as gzip does: some clients compress without `Content-Encoding`. No
 * JSON begins so.
 *
 * @throws RequestError body_too_large, invalid_encoding; OverloadedError
 */
export async function inflateIfGzip(body: Buffer, maxBytes: number, share: BodyShare): Promise<Buffer> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  const inflated = await inflateGzip(body, { maxOutputLength: maxBytes }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(`has more than ${maxBytes}`, maxBytes);
    throw createRequestError('invalid_encoding', 'the compressed body is damaged', { cause });
  });
  if (!share.take(inflated.length)) throw tooManyBodies();
  return inflated;
}

interface Collection {
  readonly incoming: IncomingMessage;
  readonly inflater: Transform | undefined;
  readonly digest: DigestCheck | undefined;
  readonly maxBytes: number;
  readonly share: BodyShare;
}

/** Returns the chunks of a body. */
function collect({ incoming, inflater, digest, maxBytes, share }: Collection): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const source = inflater ? incoming.pipe(inflater) : incoming;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let sentBytes = 0;

    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) fail(bodyTooLarge(`has at least ${bytes}`, maxBytes));
      else if (!share.take(chunk.length)) fail(tooManyBodies());
      else chunks.push(chunk);
    };
    const onSent = (chunk: Buffer): void => {
      sentBytes += chunk.length;
      digest?.add(chunk);
    };
    const onEnd = (): void => {
      // zlib stops at the end of the compressed data, and would silently ignore the rest.
      const isAllRead = !inflater || (inflater as unknown as Zlib).bytesWritten === sentBytes;
      const error = isAllRead
        ? digest?.mismatch()
        : createRequestError('invalid_encoding', 'unexpected data after the compressed body');
      if (error) {
        fail(error);
      } else {
        detach();
        resolve(chunks);
      }
    };
    const onError = (cause: Error): void => {
      fail(
        inflater ? createRequestError('invalid_encoding', 'the compressed body is damaged', { cause }) : clientGone(),
      );
    };
    const onClose = (): void => {
      if (!incoming.complete) fail(clientGone());
    };

    function detach(): void {
      source.off('data', onData).off('end', onEnd);
      incoming.off('close', onClose).off('data', onSent);
    }
    /** Stops reading. The server reads the rest for some time, so that the client receives the response. */
    function fail(error: Error): void {
      detach();
      if (inflater) {
        incoming.unpipe(inflater);
        inflater.destroy();
      }
      reject(error);
    }

    if (incoming.destroyed && !incoming.complete) fail(clientGone());
    source.on('data', onData).on('end', onEnd).on('error', onError);
    incoming.on('close', onClose);
    if (inflater || digest) incoming.on('data', onSent);
  });
}

function bodyTooLarge(has: string, maxBytes: number): Error {
  return createRequestError('body_too_large', `the body ${has} bytes, at most ${maxBytes} are allowed`);
}

function clientGone(): Error {
  return createRequestError('bad_request', 'the connection ended before the body was complete');
}
