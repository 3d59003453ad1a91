import type { Event, EventQuery, ReadOptions } from '@event-tracker/core';
import { cursorAfter, EVENT_QUERY_SCHEMAS, parseFilteredQuery } from '@event-tracker/core/schemas';
import { buildEventQueryString, ROUTES, readNextLink } from '@event-tracker/http-contract';
import type { Connection, OpenResponse } from '../request/connection.ts';
import { createUnreachableError } from '../request/errors.ts';
import { createRetries } from '../request/retries.ts';
import { isEvent, parseJson } from './parse-json.ts';

/**
 * Yields all matching events as they arrive, in lists. A response that breaks is continued after its last event. The server stops
 * reading when the caller does.
 *
 * @throws InvalidQueryError immediately; with a list, the errors of the server or the reason of the signal
 */
export function streamEvents(
  connection: Connection,
  query: EventQuery,
  options: ReadOptions = {},
): AsyncGenerator<readonly Event[], void, void> {
  // Not the cursor: only the server knows those of its version.
  parseFilteredQuery(EVENT_QUERY_SCHEMAS, { ...query });
  return stream(connection, query, options);
}

async function* stream(
  connection: Connection,
  query: EventQuery,
  { signal }: ReadOptions,
): AsyncGenerator<readonly Event[], void, void> {
  const retries = createRetries({ policy: 'temporary failures', retryForMs: connection.retryForMs, signal });
  let rest = query;
  for (;;) {
    try {
      const response = await open(connection, rest, signal);
      for await (const events of readEvents(response)) {
        retries.reset();
        rest = continueAfter(rest, events);
        yield events;
        if (signal?.aborted) throw signal.reason;
      }
      // A page of large events ends before its limit.
      const cursor = readNextLink(response.headers.get('link'), 'cursor');
      if (cursor === undefined || rest.limit === 0) return;
      rest = { ...rest, cursor };
    } catch (error) {
      await retries.waitAfter(error);
      if (rest.limit === 0) return;
    }
  }
}

function open(connection: Connection, query: EventQuery, signal: ReadOptions['signal']): Promise<OpenResponse> {
  const headers = { Accept: 'application/x-ndjson' };
  return connection.open({ route: ROUTES.queryEvents, query: buildEventQueryString(query), headers, signal });
}

/** Returns the query of the events that follow. */
function continueAfter(query: EventQuery, events: readonly Event[]): EventQuery {
  const last = events.at(-1);
  if (!last) return query;
  const { limit, cursor: _, ...others } = query;
  return {
    ...others,
    cursor: cursorAfter(last, others),
    ...(limit !== undefined && { limit: limit - events.length }),
  };
}

/** Reads NDJSON. Yields the events that arrived together. */
async function* readEvents({ parts }: OpenResponse): AsyncGenerator<readonly Event[], void, void> {
  let rest = '';
  for await (const part of parts()) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines.map((line) => parseJson(line, isEvent));
  }
  // A server ends each line. A proxy can end a response properly although the server broke it.
  if (rest !== '') throw createUnreachableError('GET /events', new Error('the response ended within an event'));
}
