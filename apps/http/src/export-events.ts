import { beginTimeSlice, type Event } from '@event-tracker/core';

/** Characters that are handed to the connection at a time. */
const CHUNK_LENGTH = 65_536;

/**
 * Writes pages of events as one JSON array, as fast as the client reads and no faster: a page is read when the text of
 * the one before has gone out. A client that leaves ends the reading.
 *
 * @param breakConnection called where reading fails after the first bytes went out: a client must not take the part for
 * the whole, so the array never ends then
 */
export function streamJsonArray(
  pages: AsyncIterator<readonly Event[]>,
  first: IteratorResult<readonly Event[]>,
  breakConnection: (cause: unknown) => void,
): ReadableStream<string> {
  const chunks = chunksOf(pages, first);
  const slice = beginTimeSlice();
  return new ReadableStream<string>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
        // A client as fast as the store would keep everybody else waiting until the last event.
        if (slice.isOver()) await slice.next();
      } catch (cause) {
        breakConnection(cause);
      }
    },
    cancel: async () => {
      await chunks.return();
    },
  });
}

async function* chunksOf(
  pages: AsyncIterator<readonly Event[]>,
  first: IteratorResult<readonly Event[]>,
): AsyncGenerator<string, void, void> {
  let text = '[';
  let separator = '';
  try {
    for (let page = first; !page.done; page = await pages.next()) {
      for (const event of page.value) {
        text += separator + JSON.stringify(event);
        separator = ',';
        if (text.length >= CHUNK_LENGTH) {
          yield text;
          text = '';
        }
      }
    }
    yield `${text}]`;
  } finally {
    await pages.return?.();
  }
}
