import type { Event, FilterQuery, FollowedItem, FollowOptions } from '@event-tracker/core';
import { parseFilteredQuery } from '@event-tracker/core/schemas';
import {
  buildFollowQueryString,
  createFrameParser,
  EVENT_STREAM_MEDIA_TYPE,
  type EventFrame,
  ROUTES,
} from '@event-tracker/http-contract';
import type { Connection } from '../request/connection.ts';
import { createRetries } from '../request/retries.ts';
import { sleep } from '../request/sleep.ts';
import { isEvent, parseJson } from './parse-json.ts';

/** Longest silence of a stream. The server shows every 15 seconds that it is alive. */
const MAX_SILENCE_MS = 45_000;
/** Default of the time after which to connect again when a stream ends. The server sends its own. */
const RECONNECT_MS = 3_000;

/**
 * Yields matching events as they arrive, like `follow` of core. Once it has begun, it continues after its last event whenever the
 * connection breaks, after an outage of any duration.
 *
 * @throws InvalidQueryError immediately; with an item, the reason of the signal, or an error that a retry cannot help
 */
export function followEvents(
  connection: Connection,
  filters: FilterQuery,
  options: FollowOptions = {},
): AsyncGenerator<FollowedItem, never, void> {
  parseFilteredQuery({}, { ...filters });
  return follow(connection, filters, options);
}

async function* follow(
  connection: Connection,
  filters: FilterQuery,
  { after = 'now', signal }: FollowOptions,
): AsyncGenerator<FollowedItem, never, void> {
  const query = buildFollowQueryString({ filters, after });
  let position: string | undefined;
  let reconnectMs = RECONNECT_MS;
  let retries = createRetries({ policy: 'temporary failures', retryForMs: connection.retryForMs, signal });
  for (;;) {
    try {
      for await (const frame of openStream(connection, query, position, signal)) {
        reconnectMs = frame.retryMs ?? reconnectMs;
        const item = toItem(frame, position);
        if (!item) continue;
        if (position === undefined) {
          retries = createRetries({ policy: 'temporary failures', retryForMs: Number.POSITIVE_INFINITY, signal });
        }
        retries.reset();
        position = item.position;
        yield item;
        if (signal?.aborted) throw signal.reason;
      }
    } catch (error) {
      await retries.waitAfter(error);
      continue;
    }
    // The server ended the stream after a whole frame, because it stops.
    await sleep(reconnectMs, signal);
  }
}

async function* openStream(
  connection: Connection,
  query: string,
  position: string | undefined,
  signal: FollowOptions['signal'],
): AsyncGenerator<EventFrame, void, void> {
  const { parts } = await connection.open({
    route: ROUTES.queryEvents,
    query,
    headers: { Accept: EVENT_STREAM_MEDIA_TYPE, ...(position !== undefined && { 'Last-Event-ID': position }) },
    signal,
    timeoutMs: MAX_SILENCE_MS,
  });
  const parse = createFrameParser();
  for await (const part of parts()) yield* parse(part);
}

/** Returns the item of a frame; undefined if the frame only shows that the connection is alive. */
function toItem({ position, data }: EventFrame, previous: string | undefined): FollowedItem | undefined {
  const reached = position ?? previous;
  if (reached === undefined) return undefined;
  if (data !== undefined) return { position: reached, event: parseJson<Event>(data, isEvent) };
  return reached === previous ? undefined : { position: reached };
}
