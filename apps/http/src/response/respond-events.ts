import type { Event } from '@event-tracker/core';
import type { AppContext } from '../request/app-env.ts';
import { type Observation, observationOf } from '../telemetry/observation.ts';
import { readAhead } from './read-ahead.ts';
import { type ListOptions, type Pages, respondList } from './respond-list.ts';

/** Maximum length of a response that is buffered for a client of HTTP/1.0. */
const MAX_BUFFERED_LENGTH = 1_048_576;

/** Responds with events page by page, in constant memory, and counts them. */
export function respondEvents(
  c: AppContext,
  pages: Pages<Event>,
  options: Omit<ListOptions<Event>, 'maxBufferedLength'>,
): Promise<Response> {
  const counted = countEvents(readAhead(pages), observationOf(c.env.outgoing));
  return respondList(c, counted, { ...options, maxBufferedLength: MAX_BUFFERED_LENGTH });
}

async function* countEvents(
  pages: Pages<Event>,
  observation: Observation,
): AsyncGenerator<readonly Event[], void, void> {
  observation.eventsReturned = 0;
  try {
    for (let page = await pages.next(); !page.done; page = await pages.next()) {
      observation.eventsReturned += page.value.length;
      yield page.value;
    }
  } finally {
    await pages.return?.();
  }
}
