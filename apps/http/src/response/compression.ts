import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  zstdCompress,
} from 'node:zlib';
import { RESPONSE_ENCODINGS, type ResponseEncoding } from '@event-tracker/http-contract';
import { parseAccept } from 'hono/utils/accept';

/** A compression of bodies, for a whole text and for a stream. */
export interface Compression {
  readonly contentEncoding: ResponseEncoding;
  compress(text: string): Promise<Uint8Array<ArrayBuffer>>;
  createStream(): Transform;
}

/** Shorter bodies are not compressed. */
export const MIN_COMPRESSED_BYTES = 1_024;

// Brotli's default quality is its slowest, and costs more time than it saves in the network.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const COMPRESSIONS: Readonly<Record<ResponseEncoding, Omit<Compression, 'contentEncoding'>>> = {
  zstd: { compress: promisify(zstdCompress), createStream: () => createZstdCompress() },
  br: {
    compress: (text) => promisify(brotliCompress)(text, BROTLI),
    createStream: () => createBrotliCompress(BROTLI),
  },
  gzip: { compress: promisify(gzip), createStream: () => createGzip() },
};

/** Returns the compression that an Accept-Encoding field prefers (RFC 9110, 12.5.3), if any; on a tie, the first of `RESPONSE_ENCODINGS`. */
export function chooseCompression(acceptEncoding: string | undefined): Compression | undefined {
  if (acceptEncoding === undefined) return undefined;
  const accepted = parseAccept(acceptEncoding.toLowerCase());
  const quality = (name: string): number => accepted.find(({ type }) => type === name)?.q ?? 0;
  const [best] = RESPONSE_ENCODINGS.filter((encoding) => quality(encoding) > 0).sort((a, b) => quality(b) - quality(a));
  return best && { contentEncoding: best, ...COMPRESSIONS[best] };
}
