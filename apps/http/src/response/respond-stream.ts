import type { FollowedItem } from '@event-tracker/core';
import { EVENT_STREAM_MEDIA_TYPE, writeFirstFrame } from '@event-tracker/http-contract';
import { breakOff } from '../connection/closing.ts';
import type { AppContext } from '../request/app-env.ts';
import { observationOf } from '../telemetry/observation.ts';
import { writeFrames } from './event-frames.ts';
import { respond } from './respond.ts';

/** Header fields of a stream: proxies must not store, buffer or compress it. */
export const STREAM_HEADERS = {
  'Content-Type': EVENT_STREAM_MEDIA_TYPE,
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
  Vary: 'Accept, Accept-Encoding',
};

export interface StreamOptions {
  /** Ends the stream after a whole frame. */
  readonly signal: AbortSignal;
  readonly heartbeatMs: number;
  setUpToDate(isUpToDate: boolean): void;
  delivered(events: number): void;
  /** Receives the reason why the connection was aborted. */
  onBroken(cause: unknown): void;
  /** Called when the client has disconnected. */
  onLeft(): void;
}

/** Range of the time after which clients reconnect, so that they do not reconnect simultaneously. */
const RETRY_MS = { min: 2_000, max: 4_000 };
/** Time for a client to read the rest of its stream. */
const END_TIMEOUT_MS = 1_000;

/**
 * Responds with an endless stream of server-sent events, no faster than the client reads. The response begins when the
 * position is known; errors before that are thrown. If reading fails later, the connection is aborted, and the client
 * continues after the last event that it received.
 */
export async function respondStream(
  c: AppContext,
  items: AsyncIterator<FollowedItem, never, void>,
  { signal, heartbeatMs, setUpToDate, delivered, onBroken, onLeft }: StreamOptions,
): Promise<Response> {
  const { outgoing, incoming } = c.env;
  const observation = observationOf(outgoing);
  outgoing.once('close', onLeft);
  const { position } = (await items.next()).value;
  observation.isStream = true;
  observation.eventsReturned = 0;
  const observer = {
    setUpToDate,
    delivered: (events: number): void => {
      observation.eventsReturned = (observation.eventsReturned ?? 0) + events;
      delivered(events);
    },
  };
  const frames = writeFrames(items, position, { heartbeatMs, observer });
  signal.addEventListener('abort', () => {
    // A client that does not read would delay the end.
    setTimeout(() => void (outgoing.closed || breakOff(incoming.socket)), END_TIMEOUT_MS).unref();
  });

  const body = new ReadableStream<string>({
    start: (controller) => controller.enqueue(writeFirstFrame(position, randomBetween(RETRY_MS))),
    pull: async (controller) => {
      try {
        const { value } = await frames.next();
        controller.enqueue(value);
      } catch (cause) {
        if (signal.aborted) return controller.close();
        onBroken(cause);
        breakOff(incoming.socket);
        outgoing.destroy();
      }
    },
    cancel: onLeft,
  });
  return respond(c, 200, body, STREAM_HEADERS);
}

function randomBetween({ min, max }: { readonly min: number; readonly max: number }): number {
  return Math.round(min + Math.random() * (max - min));
}
