import { pipeline, Readable } from 'node:stream';
import type { Event } from '@event-tracker/core';
import { beginTimeSlice } from '@event-tracker/core/store';
import { createRequestError, type Representation } from '@event-tracker/http-contract';
import { breakOff } from '../connection/closing.ts';
import type { AppContext } from '../request/app-env.ts';
import { type Observation, observationOf } from '../telemetry/observation.ts';
import { type Compression, chooseCompression } from './compression.ts';
import { respond, respondText } from './respond.ts';

/** Pages of events, read as they are asked for. */
export type EventPages = Iterator<readonly Event[], unknown> | AsyncIterator<readonly Event[], unknown>;

/** Characters that are handed to the connection at a time. */
const CHUNK_LENGTH = 65_536;
/** Characters of a response that are kept in memory for a client of HTTP/1.0. */
const MAX_BUFFERED_LENGTH = 1_048_576;
const HTTP_1_0_REFUSED =
  'the response is too long for HTTP/1.0, which cannot tell its end from a broken connection: use HTTP/1.1 (nginx: proxy_http_version 1.1), or limit';
/** Longest stretch of writing before others get their turn: an export goes on for long, and has no deadline. */
const SLICE_MS = 2;

/**
 * Answers with events page by page, as fast as the client reads and no faster, in constant memory. A client that leaves
 * ends the reading.
 *
 * The first page is read before the status is sent. Where reading fails later, the connection is broken off: a client
 * must never take a part for the whole.
 *
 * @param onBroken told why a connection had to be broken off
 */
export async function respondEvents(
  c: AppContext,
  pages: EventPages,
  representation: Representation,
  headers: Record<string, string>,
  onBroken: (cause: unknown) => void,
): Promise<Response> {
  const chunks = chunksOf(pages, representation, observationOf(c.env.outgoing));
  const { value: first = '' } = await chunks.next();
  const fields = { ...headers, 'Content-Type': representation.contentType };
  const isComplete = first.length < CHUNK_LENGTH;
  if (isComplete) return respondText(c, 200, first, fields);
  if (c.env.incoming.httpVersion === '1.0') return respondText(c, 200, await bufferForHttp10(first, chunks), fields);

  const rest = orBreak(chunks, (cause) => {
    onBroken(cause);
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
 * Reads a response to its end, so that it is sent with a length: to a client of HTTP/1.0, the end of the connection is the
 * end of a body without one, also where the server was killed half-way.
 *
 * @throws RequestError http_version where it is too long for that
 */
async function bufferForHttp10(first: string, chunks: AsyncGenerator<string, void, void>): Promise<string> {
  let text = first;
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length > MAX_BUFFERED_LENGTH) throw createRequestError('http_version', HTTP_1_0_REFUSED);
  }
  return text;
}

/** Writes events as text, in chunks of one length or longer and a shorter last one, and notes how many there are. */
async function* chunksOf(
  pages: EventPages,
  { head, separator, foot, write }: Representation,
  observation: Observation,
): AsyncGenerator<string, void, void> {
  const slice = beginTimeSlice(SLICE_MS);
  let text = head;
  let isFirst = true;
  observation.eventsReturned = 0;
  try {
    for (let page = await pages.next(); !page.done; page = await pages.next()) {
      observation.eventsReturned += page.value.length;
      for (const event of page.value) {
        text += isFirst ? write(event) : separator + write(event);
        isFirst = false;
        if (text.length < CHUNK_LENGTH) continue;
        yield text;
        text = '';
        // A client as fast as the store would keep everybody else waiting until the last event.
        if (slice.isOver()) await slice.next();
      }
    }
    yield text + foot;
  } finally {
    await pages.return?.();
  }
}

/** The same chunks; where they fail, all that follows is up to `onFailure`. That nobody wants more is no failure. */
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

function toStream(first: string, rest: AsyncGenerator<string, void, void>): ReadableStream {
  return new ReadableStream({
    start: (controller) => controller.enqueue(first),
    pull: async (controller) => {
      const { done, value } = await rest.next();
      if (done) controller.close();
      else controller.enqueue(value);
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
  // A client that leaves destroys the compressor, and that ends the reading; there is nobody left to tell.
  pipeline(Readable.from(all()), compressor, () => {});
  return Readable.toWeb(compressor) as ReadableStream;
}
