import type { Event } from '@event-tracker/core';

/** The media type of a stream of events that does not end (HTML Living Standard, 9.2: server-sent events). */
export const EVENT_STREAM_MEDIA_TYPE = 'text/event-stream';

/**
 * Writes the first frame of a stream.
 *
 * @param retryMs time after which a client connects again when the stream ends
 */
export function writeFirstFrame(position: string, retryMs: number): string {
  return `retry: ${retryMs}\nid: ${position}\n\n`;
}

/** Writes an event, and the position where a client continues after it. */
export function writeEventFrame(position: string, event: Event): string {
  return `id: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Writes a position without an event: a client continues there, and sees that the connection is alive. */
export function writePositionFrame(position: string): string {
  return `: no event\nid: ${position}\n\n`;
}
