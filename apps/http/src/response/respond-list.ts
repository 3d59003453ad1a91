import { pipeline, Readable } from 'node:stream';
import { beginTimeSlice } from '@event-tracker/core/store';
import { createRequestError, type Representation } from '@event-tracker/http-contract';
import { breakOff } from '../connection/closing.ts';
import type { AppContext } from '../request/app-env.ts';
import { type Compression, chooseCompression } from './compression.ts';
import { respond, respondText } from './respond.ts';

/** Pages of a list, read on demand. */
export type Pages<Item> = Iterator<readonly Item[], unknown> | AsyncIterator<readonly Item[], unknown>;

export interface ListOptions<Item> {
  readonly representation: Representation<Item>;
  readonly headers: Record<string, string>;
  /** Receives the reason why a connection was aborted. */
  readonly onBroken?: (cause: unknown) => void;
  /** Maximum length of a response that is buffered for a client of HTTP/1.0. Default: no limit, for lists in memory. */
  readonly maxBufferedLength?: number;
}

/** Characters of a chunk. */
const CHUNK_LENGTH = 65_536;
const HTTP_1_0_REFUSED =
  'the response is too long for HTTP/1.0, whose clients cannot distinguish its end from a broken connection; use HTTP/1.1 (nginx: proxy_http_version 1.1), or limit';
/** Longest time of writing before other requests are served. An export can be long and does not have a deadline. */
const SLICE_MS = 2;

/**
 * Responds with a list page by page, no faster than the client reads, and writes it in slices, between which other requests are
 * served. Reading stops when the client disconnects.
 *
 * The first page is read before the status is sent. If reading fails later, the connection is aborted, because a client
 * must never mistake a part for the whole.
 */
export async function respondList<Item>(
  c: AppContext,
  pages: Pages<Item>,
  { representation, headers, onBroken, maxBufferedLength = Number.POSITIVE_INFINITY }: ListOptions<Item>,
): Promise<Response> {
  const chunks = chunksOf(pages, representation);
  const { value: first = '' } = await chunks.next();
  const fields = { ...headers, 'Content-Type': representation.contentType };
  const isComplete = first.length < CHUNK_LENGTH;
  if (isComplete) return respondText(c, 200, first, fields);
  if (c.env.incoming.httpVersion === '1.0')
    return respondText(c, 200, await bufferForHttp10(first, chunks, maxBufferedLength), fields);

  const rest = orBreak(chunks, (cause) => {
    onBroken?.(cause);
    breakOff(c.env.incoming.socket);
    c.env.outgoing.destroy();
  });
  const compression = chooseCompression(c.req.header('accept-encoding'));
  if (!compression) return respond(c, 200, toStream(first, rest), fields);
  return respond(c, 200, toCompressedStream(first, rest, compression), {
    ...fields,
    'Content-Encoding': compression.contentEncoding,
  });
}

/**
 * Buffers a response, so that it is sent with a length. Without one, a client of HTTP/1.0 mistakes a broken connection for
 * the end of the body.
 *
 * @throws RequestError http_version if the response is too long
 */
async function bufferForHttp10(
  first: string,
  chunks: AsyncGenerator<string, void, void>,
  maxLength: number,
): Promise<string> {
  let text = first;
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length > maxLength) throw createRequestError('http_version', HTTP_1_0_REFUSED);
  }
  return text;
}

/** Writes a list as text, in chunks of a minimum length and a shorter last one. */
async function* chunksOf<Item>(
  pages: Pages<Item>,
  { head, separator, foot, write }: Representation<Item>,
): AsyncGenerator<string, void, void> {
  const slice = beginTimeSlice({ lengthMs: SLICE_MS });
  let text = head;
  let isFirst = true;
  try {
    for (let page = await pages.next(); !page.done; page = await pages.next()) {
      for (const item of page.value) {
        text += isFirst ? write(item) : separator + write(item);
        isFirst = false;
        if (text.length < CHUNK_LENGTH) continue;
        yield text;
        text = '';
        // Without this, a client as fast as the store would block all other requests until the last item.
        if (slice.isOver()) await slice.next();
      }
    }
    yield text + foot;
  } finally {
    await pages.return?.();
  }
}

/** Yields the same chunks; a failure is passed to `onFailure`. A consumer that stops early is not a failure. */
async function* orBreak(
  chunks: AsyncGenerator<string, void, void>,
  onFailure: (cause: unknown) => void,
): AsyncGenerator<string, void, void> {
  try {
    for (;;) {
      const step = await chunks.next().catch(onFailure);
      if (!step || step.done) return;
      yield step.value;
    }
  } finally {
    await chunks.return();
  }
}

/** As bytes, because writing a text that was put together from many parts would need 0.1 µs more for each event. */
function toStream(first: string, rest: AsyncGenerator<string, void, void>): ReadableStream {
  return new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(first)),
    pull: async (controller) => {
      const { done, value } = await rest.next();
      if (done) controller.close();
      else controller.enqueue(Buffer.from(value));
    },
    cancel: async () => {
      await rest.return();
    },
  });
}

function toCompressedStream(
  first: string,
  rest: AsyncGenerator<string, void, void>,
  compression: Compression,
): ReadableStream {
  const compressor = compression.createStream();
  async function* all() {
    yield first;
    yield* rest;
  }
  // A client that disconnects destroys the compressor, which ends the reading; nothing is reported.
  pipeline(Readable.from(all()), compressor, () => {});
  return Readable.toWeb(compressor) as ReadableStream;
}
