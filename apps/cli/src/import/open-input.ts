import { createReadStream, fstatSync, openSync } from 'node:fs';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { createInputError } from '../command-line/input-error.ts';

/** A file that is read from its start to its end. */
export interface Input {
  /** The text in pieces: decompressed, as UTF-8, without a byte order mark. Throws an InputError if that is not possible. */
  readonly texts: AsyncIterable<string>;
  /** Returns the part of the file that was read, from 0 to 1; undefined if its size is not known. */
  readonly doneShare: () => number | undefined;
}

/** The first bytes of compressed files (RFC 1952, RFC 8878). */
const COMPRESSIONS: readonly { readonly magic: Buffer; readonly create: () => Transform }[] = [
  { magic: Buffer.from([0x1f, 0x8b]), create: createGunzip },
  { magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), create: createZstdDecompress },
];
const LONGEST_MAGIC = 4;

/** Opens a file, or standard input for `-`. Detects gzip and zstd by their first bytes. @throws a system error */
export function openInput(path: string): Input {
  const isStandardInput = path === '-';
  const fd = isStandardInput ? 0 : openSync(path, 'r');
  const { size } = fstatSync(fd);
  const source = isStandardInput ? process.stdin : createReadStream(path, { fd });
  let bytesRead = 0;

  async function* count(): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytesRead += chunk.length;
      yield chunk;
    }
  }

  return {
    texts: decode(decompress(count()), path),
    doneShare: () => (size > 0 ? bytesRead / size : undefined),
  };
}

async function* decompress(chunks: AsyncGenerator<Buffer, void, void>): AsyncGenerator<Buffer, void, void> {
  let first = Buffer.alloc(0);
  while (first.length < LONGEST_MAGIC) {
    const next = await chunks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const compression = COMPRESSIONS.find(({ magic }) => first.subarray(0, magic.length).equals(magic));
  async function* all(): AsyncGenerator<Buffer, void, void> {
    if (first.length > 0) yield first;
    yield* chunks;
  }
  if (!compression) yield* all();
  // The callback is required; the same error ends the loop.
  else yield* pipeline(Readable.from(all()), compression.create(), () => {}) as AsyncIterable<Buffer>;
}

async function* decode(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw createInputError(`${path}: expected UTF-8, or gzip or zstd of it: ${reason}`, { cause });
  }
}
